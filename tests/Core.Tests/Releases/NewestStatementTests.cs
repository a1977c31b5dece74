using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class NewestStatementTests
{
    private static NewestStatement Statement() => new()
    {
        IssuedAtUnixMicroseconds = 1_795_400_000_000_000,
        ExpiresAtUnixMicroseconds = 1_795_486_400_000_000,
        Log = new ReleaseLogHead(7, Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray()),
        Releases = [new NewestRelease(ReleaseKind.Watchlist, 5, new byte[32]), new NewestRelease(ReleaseKind.Suppression, 2, Enumerable.Repeat((byte)9, 32).ToArray())],
    };

    [Fact]
    public void Encode_ThenParse_GivesTheSame()
    {
        var read = NewestStatement.Parse(Statement().Encode()).Value;

        Assert.Equal(Statement().Encode(), read.Encode());
        Assert.True(read.Names(ReleaseKind.Watchlist, 5, new byte[32]));
        Assert.False(read.Names(ReleaseKind.Watchlist, 6, new byte[32]));
        Assert.False(read.Names(ReleaseKind.Watchlist, 5, new byte[31]));
        Assert.Null(read.Find(ReleaseKind.People));
        Assert.Equal(Statement().Log, read.Log);
    }

    [Fact]
    public void Parse_CutAnywhere_IsRefusedOrSaysLess()
    {
        var bytes = Statement().Encode();
        for (var length = 0; length < bytes.Length; length++)
        {
            var read = NewestStatement.Parse(bytes.AsMemory(0, length));
            if (read.IsSuccess)
                Assert.True(read.Value.Releases.Length < 2, $"{length}");
            else
                Assert.Equal(ReleaseStage.Timestamp, read.Failure.Stage);
        }
    }

    [Fact]
    public void Parse_EndingBeforeItBegins_IsRefused()
    {
        var statement = Statement();
        var wrong = new NewestStatement { IssuedAtUnixMicroseconds = 10, ExpiresAtUnixMicroseconds = 10, Log = statement.Log, Releases = statement.Releases };

        Assert.Contains("ends before", NewestStatement.Parse(wrong.Encode()).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Endless_IsRefused() =>
        Assert.Contains("more than", NewestStatement.Parse(new byte[NewestStatement.BytesMax + 1]).Failure.Reason, StringComparison.Ordinal);
}
