using EdgeCheckpoint.Central.Appliances;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Central.Tests.Appliances;

public sealed class TokenBucketsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_MoreThanTheBucketHolds_SaysHowLongToWait()
    {
        var buckets = new TokenBuckets(_time, perSecond: 2, capacity: 3);

        for (var i = 0; i < 3; i++)
            Assert.True(buckets.TryTake("a", out _));
        Assert.False(buckets.TryTake("a", out var wait));
        Assert.True(buckets.TryTake("b", out _));

        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        _time.Advance(wait);
        Assert.True(buckets.TryTake("a", out _));
        Assert.False(buckets.TryTake("a", out _));
    }

    [Fact]
    public void TryTake_AfterALongQuiet_HoldsNoMoreThanItsCapacity()
    {
        var buckets = new TokenBuckets(_time, perSecond: 10, capacity: 3);
        Assert.True(buckets.TryTake("a", out _));
        _time.Advance(TimeSpan.FromDays(400));

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => buckets.TryTake("a", out var _)));
    }

    [Fact]
    public void TryTake_MoreStrangersThanThereIsRoomFor_ForgetsTheFullBucketsFirst()
    {
        var buckets = new TokenBuckets(_time, perSecond: 1, capacity: 2);
        for (var i = 0; i < TokenBuckets.KeysMax - 1; i++)
            buckets.TryTake($"stranger {i}", out _);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(buckets.TryTake("busy", out _));
        Assert.True(buckets.TryTake("busy", out _));

        Assert.True(buckets.TryTake("one more", out _));

        Assert.False(buckets.TryTake("busy", out _));
    }
}
