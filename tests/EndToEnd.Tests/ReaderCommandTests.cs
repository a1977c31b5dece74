using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>The technician's command as a process, on a pseudo terminal.</summary>
public sealed class ReaderCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>An invented person of Utopia.</summary>
    private static readonly string[] Passport =
    [
        "P<UTOOKONEDO<RASK<<THELMA<IRIS<<<<<<<<<<<<<<",
        "UX7718K305UTO8402297F330101877120<<4<<<<<<70",
    ];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Listen_DocumentLaid_ShowsItAndEndsAfterTheCount()
    {
        using var reader = new SimulatedDocumentReader(_folder.Combine("reader"), ReaderDressing.ThreeM);
        reader.Plug();
        await using var process = ChildProcess.Start(
            ProgramFiles.Appliance, ["reader", "listen", "--port", reader.DevicePath, "--profile", "3m-rte6701", "--count", "1"]);
        await process.LineAsync($"Reader {reader.DevicePath} opened", Patience, Cancellation);

        reader.Scan(Passport);

        await process.LineAsync("  parse   Td3 strictly valid", Patience, Cancellation);
        await process.LineAsync("    surname       OKONEDO RASK", Patience, Cancellation);
        Assert.Contains("<SOH>", process.Log, StringComparison.Ordinal);
        // It ends by itself after its count; a signal in that moment would be its exit code.
        Assert.Equal(0, await process.ExitAsync(Patience, Cancellation));
    }

    [Theory]
    [InlineData("There is no device at /dev/none", "--port", "/dev/none")]
    [InlineData("There is no device at /dev/none", "--port", "/dev/none", "--wedge-layout", "fr")]
    [InlineData("choose one of generic, 3m-rte6701", "--port", "/dev/null", "--profile", "vendor")]
    [InlineData("--set X is not NAME=VALUE", "--port", "/dev/null", "--set", "X")]
    [InlineData("Scanner:Suffix consists of characters that documents have", "--port", "/dev/null", "--set", "Suffix=A")]
    [InlineData("Option '--port' is required", "--profile", "generic")]
    public async Task Listen_WithoutWhatItNeeds_FailsWithASentence(string sentence, params string[] arguments)
    {
        var output = await ChildProcess.RunAsync(ProgramFiles.Appliance, ["reader", "listen", .. arguments], Cancellation);

        Assert.NotEqual(0, output.ExitCode);
        Assert.Contains(sentence, output.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiles_AreListedOneALine()
    {
        var output = await ChildProcess.RunAsync(ProgramFiles.Appliance, ["reader", "profiles"], Cancellation);

        Assert.Equal(0, output.ExitCode);
        Assert.StartsWith("generic        ", output.Output, StringComparison.Ordinal);
        Assert.Equal(8, output.Output.Trim().Split('\n').Length);
    }
}
