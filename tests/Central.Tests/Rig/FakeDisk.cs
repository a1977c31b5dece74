using EdgeCheckpoint.Central.Encounters;

namespace EdgeCheckpoint.Central.Tests.Rig;

internal sealed class FakeDisk : IDiskSpace
{
    public long FreeBytes { get; set; } = 1L << 40;
}
