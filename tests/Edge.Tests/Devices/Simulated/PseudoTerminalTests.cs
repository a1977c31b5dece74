using EdgeCheckpoint.Devices.Simulated;

namespace EdgeCheckpoint.Edge.Tests.Devices.Simulated;

public sealed class PseudoTerminalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pty-").FullName;

    private string LinkPath => Path.Combine(_directory, "reader");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Create_WithLink_PointsAtTheTerminalUntilDisposed()
    {
        using (var terminal = PseudoTerminal.Create(LinkPath))
        {
            Assert.StartsWith("/dev/pts/", terminal.SlavePath, StringComparison.Ordinal);
            Assert.Equal(terminal.SlavePath, new FileInfo(LinkPath).LinkTarget);
        }

        Assert.Null(new FileInfo(LinkPath).LinkTarget);
    }

    [Fact]
    public void Create_OverTheLinkOfAKilledSimulator_ReplacesIt()
    {
        File.CreateSymbolicLink(LinkPath, "/dev/pts/99999");

        using var terminal = PseudoTerminal.Create(LinkPath);

        Assert.Equal(terminal.SlavePath, new FileInfo(LinkPath).LinkTarget);
    }

    [Fact]
    public void Create_OverAnOrdinaryFile_RefusesAndLeavesIt()
    {
        File.WriteAllText(LinkPath, "keep");

        Assert.Throws<IOException>(() => PseudoTerminal.Create(LinkPath));

        Assert.Equal("keep", File.ReadAllText(LinkPath));
    }

    [Fact]
    public void Scan_Unplugged_IsRefused()
    {
        using var reader = new SimulatedDocumentReader(LinkPath, ReaderDressing.Cr);

        Assert.Throws<InvalidOperationException>(() => reader.Scan(Specimens.Td3));
    }
}
