using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Edge.Tests.Worker.People;

public sealed class AttemptBookTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(9, 480)]
    [InlineData(10, 900)]
    [InlineData(1000, 900)]
    public void LockSecondsAfter_Failures_DoublesUpToAQuarterOfAnHour(int failures, int seconds) =>
        Assert.Equal(seconds, AttemptBook.LockSecondsAfter(failures));

    [Fact]
    public void Read_FileThatSomebodyDamaged_CountsAsALock()
    {
        using var bench = new Bench();
        File.WriteAllText(Path.Combine(bench.Data.State, "sign-in-attempts"), "{not json");
        File.SetUnixFileMode(Path.Combine(bench.Data.State, "sign-in-attempts"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.True(new AttemptBook(bench.Data, bench.Time).Remaining("") > TimeSpan.FromMinutes(14));
    }

    [Fact]
    public void Begin_ThousandsOfNames_KeepsTheFileSmall()
    {
        using var bench = new Bench();
        var book = new AttemptBook(bench.Data, bench.Time);
        for (var i = 0; i < 700; i++)
            book.Begin($"X-{i}");

        Assert.InRange(new FileInfo(Path.Combine(bench.Data.State, "sign-in-attempts")).Length, 1, 64 * 1024);
    }
}
