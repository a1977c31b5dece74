using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Scanners.KeyboardWedge;
using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Win32.SafeHandles;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners.KeyboardWedge;

/// <summary>System calls on pseudo terminals, which are character devices too and refuse to be grabbed.</summary>
public sealed class InputDevicesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("input-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Keyboards_OfAFolder_AreThoseThatType()
    {
        foreach (var name in (string[])["usb-B-event-kbd", "usb-A-event-kbd", "usb-A-event-mouse", "usb-A-if01"])
            File.WriteAllText(Path.Combine(_directory, name), "");

        Assert.Equal(["usb-A-event-kbd", "usb-B-event-kbd"], new InputDevices(_directory).Keyboards());
        Assert.Empty(new InputDevices(Path.Combine(_directory, "none")).Keyboards());
    }

    [Fact]
    public void OpenExclusively_Missing_IsAnIOException() =>
        Assert.Throws<FileNotFoundException>(() => new InputDevices(_directory).OpenExclusively("usb-A-event-kbd"));

    [Fact]
    public void OpenExclusively_CannotBeGrabbed_IsRefusedAndNothingIsRead()
    {
        using var terminal = PseudoTerminal.Create(Path.Combine(_directory, "usb-A-event-kbd"));
        terminal.Write("keys"u8);

        var refusal = Assert.Throws<ReaderUnavailableException>(() => new InputDevices(_directory).OpenExclusively("usb-A-event-kbd"));

        Assert.Contains("cannot be had alone, so it is not read", refusal.Message, StringComparison.Ordinal);
        using var left = File.OpenHandle(terminal.SlavePath);
        var bytes = new byte[8];
        using var stream = new FileStream(left, FileAccess.Read, bufferSize: 0);
        Assert.Equal("keys"u8.ToArray(), bytes[..stream.Read(bytes)]);
    }

    [Fact]
    public async Task Read_OfADescriptor_GivesWhatIsThereAndWaitsForMore()
    {
        using var terminal = PseudoTerminal.Create(null);
        await using var stream = Open(terminal);
        var buffer = new byte[64];

        terminal.Write("AB"u8);
        Assert.Equal(2, await TestDeadline.WithinAsync(stream.ReadAsync(buffer, Cancellation).AsTask()));
        var next = stream.ReadAsync(buffer, Cancellation).AsTask();
        terminal.Write("C"u8);

        Assert.Equal(1, await TestDeadline.WithinAsync(next));
        Assert.Equal((byte)'C', buffer[0]);
    }

    [Fact]
    public async Task Read_Cancelled_EndsAtOnce()
    {
        using var terminal = PseudoTerminal.Create(null);
        await using var stream = Open(terminal);
        using var cancellation = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[64], cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TestDeadline.WithinAsync(read));
    }

    [Fact]
    public async Task Read_DeviceGone_IsAnErrorOrTheEnd()
    {
        var terminal = PseudoTerminal.Create(null);
        await using var stream = Open(terminal);
        var read = stream.ReadAsync(new byte[64], Cancellation).AsTask();

        terminal.Dispose();

        var count = 0;
        var fault = await Record.ExceptionAsync(async () => count = await TestDeadline.WithinAsync(read));
        Assert.True(fault is IOException || (fault is null && count == 0));
    }

    private static DescriptorStream Open(PseudoTerminal terminal) =>
        new(new SafeFileHandle(LibC.Open(terminal.SlavePath, LibC.OpenReadOnly | LibC.OpenNonBlocking | LibC.OpenNoControllingTerminal | LibC.OpenCloseOnExec), ownsHandle: true));
}
