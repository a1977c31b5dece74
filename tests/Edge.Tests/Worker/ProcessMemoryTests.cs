using EdgeCheckpoint.Worker;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class ProcessMemoryTests
{
    [Fact]
    public void KeepPrivate_OnLinux_ForbidsDumps()
    {
        Assert.True(ProcessMemory.KeepPrivate());
        Assert.True(ProcessMemory.IsPrivate);
    }
}
