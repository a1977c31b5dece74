using EdgeCheckpoint.Devices.Scanners;
using Microsoft.Extensions.Configuration;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

/// <summary>Plays the files of <c>Vectors/</c>: bytes and silences in, scans out.</summary>
public sealed class ReaderVectorTests
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "Edge.Tests", "Devices", "Scanners", "Vectors");

    public static TheoryData<string, string, bool> Vectors()
    {
        var data = new TheoryData<string, string, bool>();
        foreach (var path in Directory.EnumerateFiles(Folder, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(Folder, path);
            var profile = Path.GetDirectoryName(name)!;
            foreach (var isByteByByte in (bool[])[false, true])
            {
                data.Add(name, profile, isByteByByte);
                if (profile != "generic" && !File.ReadAllText(path).Contains("only this profile", StringComparison.Ordinal))
                    data.Add(name, "generic", isByteByByte);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Play_Vector_GivesTheScansItNames(string name, string profile, bool isByteByByte)
    {
        var steps = File.ReadAllLines(Path.Combine(Folder, name))
            .Select(static line => line.Split(' ', 2))
            .Where(static parts => parts is [not "#", _])
            .ToList();
        var settings = steps.Where(static parts => parts[0] == "option").Select(static parts => parts[1].Split('=', 2))
            .Select(static pair => KeyValuePair.Create<string, string?>(pair[0], pair[1]))
            .Append(KeyValuePair.Create<string, string?>("Profile", profile));
        var options = new ScannerOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().Bind(options);
        var framer = new MrzFramer(options.ToProfile());

        foreach (var step in steps)
        {
            if (step[0] == "send")
                Send(framer, step[1], isByteByByte);
            else if (step[0] == "silence" && framer.SilenceLimit.TotalMilliseconds <= int.Parse(step[1], System.Globalization.CultureInfo.InvariantCulture))
                framer.OnIdle();
        }

        var scans = new List<string>();
        while (framer.TryTake(out var scan))
            scans.AddRange(scan.Lines.Select(static line => $"line {line}").Prepend($"scan {scan.Problem}"));
        Assert.Equal(steps.Where(static parts => parts[0] is "scan" or "line").Select(static parts => $"{parts[0]} {parts[1]}"), scans);
    }

    [Fact]
    public void Profiles_AllHaveVectorsAFolderAndADressing()
    {
        foreach (var profile in ReaderProfiles.All)
        {
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(Folder, profile.Name), "*.txt"));
            Assert.NotNull(EdgeCheckpoint.Devices.Simulated.ProfileDressing.Of(profile.Name));
            Assert.Matches("^[a-z0-9-]+$", profile.Name);
        }
    }

    private static void Send(MrzFramer framer, string escaped, bool isByteByByte)
    {
        Assert.True(EscapedText.TryParse(escaped, out var text));
        foreach (var piece in text.Chunk(isByteByByte ? 1 : int.MaxValue))
            framer.Push(System.Text.Encoding.Latin1.GetBytes(piece), 1);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeCheckpoint.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("EdgeCheckpoint.sln lies in no folder above the tests.");
    }
}
