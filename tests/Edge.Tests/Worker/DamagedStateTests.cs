using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>Half-written files of the appliance's state: it comes up, keeps the evidence and says so.</summary>
public sealed class DamagedStateTests : IDisposable
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData("")]
    [InlineData("{\"last_num")]
    [InlineData("\0\0\0\0")]
    public void CommandBook_Damaged_BeginsAnewAndSaysSo(string content)
    {
        var path = Damage("commands", content);

        var book = new CommandBook(_bench.Data);

        Assert.Equal((0UL, 0UL, true), (book.State.LastNumber, book.State.PendingNumber, book.State.IsReported));
        Assert.Contains("was damaged and put aside", book.Problem, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(path + ".damaged"));
        book.Begin(3);
        Assert.Equal(3UL, new CommandBook(_bench.Data).State.PendingNumber);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[{\"staff_number\":\"OFF")]
    [InlineData("[{}]")]
    public void BlockBook_Damaged_BlocksNobodyAndSaysSoUntilTheEvidenceIsTakenAway(string content)
    {
        var path = Damage("blocked-accounts", content);

        var book = new BlockBook(_bench.Data);
        book.Block(new BlockedAccount("OFF-2", "SUP-1", "dismissed", Bench.Start));

        Assert.Contains("a supervisor must block again", book.Problem, StringComparison.Ordinal);
        Assert.True(new BlockBook(_bench.Data).IsBlocked("OFF-2"));
        File.Delete(path + ".damaged");
        Assert.Equal("", new BlockBook(_bench.Data).Problem);
    }

    [Fact]
    public void Books_Sound_SayNothing()
    {
        new CommandBook(_bench.Data).Begin(1);

        Assert.Equal(("", ""), (new CommandBook(_bench.Data).Problem, new BlockBook(_bench.Data).Problem));
    }

    private string Damage(string name, string content)
    {
        var path = Path.Combine(_bench.Data.State, name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public void Dispose() => _bench.Dispose();
}
