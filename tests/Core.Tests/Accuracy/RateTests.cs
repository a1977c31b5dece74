using EdgeCheckpoint.Accuracy;

namespace EdgeCheckpoint.Core.Tests.Accuracy;

public sealed class RateTests
{
    /// <summary>Computed by hand from Wilson's formula.</summary>
    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(10, 100, 0.0552, 0.1744)]
    [InlineData(10, 10, 0.7225, 1)]
    public void Interval_KnownCounts_IsWilsons(int count, int of, double lower, double upper)
    {
        var rate = new Rate(count, of);

        Assert.Equal(lower, rate.Lower, 4);
        Assert.Equal(upper, rate.Upper, 4);
    }

    [Fact]
    public void Interval_OfNobody_SaysNothing() => Assert.Equal((0.0, 0.0, 1.0), (new Rate(0, 0).Value, new Rate(0, 0).Lower, new Rate(0, 0).Upper));
}
