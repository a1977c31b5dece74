using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

public sealed class LinkPaceTests
{
    private static readonly SyncOptions Settings = new();

    [Fact]
    public void Deadline_LinkNotKnown_IsLongEnoughForTheSlowestAndShortWithoutABurden()
    {
        var pace = new LinkPace(Settings);

        Assert.Equal(Settings.CallSecondsMin, pace.Deadline(0).TotalSeconds);
        Assert.Equal(Settings.CallSecondsMax, pace.Deadline(RecordBatch.BytesMax).TotalSeconds);
    }

    [Theory]
    [InlineData(9_600 / 8, 0.8)]
    [InlineData(2_400 / 8, 1.5)]
    [InlineData(64_000 / 8, 0.6)]
    public void Answered_SlowLink_MakesBatchesOfAboutTenSecondsAndDeadlinesThatFit(int bytesPerSecond, double roundTripSeconds)
    {
        var pace = new LinkPace(Settings);
        for (var i = 0; i < 20; i++)
        {
            pace.Answered(100, TimeSpan.FromSeconds(roundTripSeconds));
            pace.Answered(pace.BatchBytes, TimeSpan.FromSeconds(roundTripSeconds + ((double)pace.BatchBytes / bytesPerSecond)));
        }

        var expected = Math.Clamp(10 * bytesPerSecond, LinkPace.BatchBytesMin, RecordBatch.BytesMax);
        var takes = roundTripSeconds + ((double)pace.BatchBytes / bytesPerSecond);
        Assert.InRange(pace.BatchBytes, expected * 0.8, expected * 1.25);
        Assert.True(pace.Deadline(pace.BatchBytes).TotalSeconds >= 2 * takes, $"{pace.Deadline(pace.BatchBytes)} for {takes} s");
    }

    [Fact]
    public void Expired_AgainAndAgain_HalvesTheBatchDownToTheSmallest()
    {
        var pace = new LinkPace(Settings);
        var sizes = new List<int> { pace.BatchBytes };
        for (var i = 0; i < 10; i++)
        {
            pace.Expired(pace.BatchBytes, pace.Deadline(pace.BatchBytes));
            sizes.Add(pace.BatchBytes);
        }

        Assert.Equal([65_536, 32_768, 16_384, 8_192, 4_096, 2_048, 2_048], sizes.Take(7));
        Assert.Equal(LinkPace.BatchBytesMin, sizes[^1]);
    }

    [Fact]
    public void Answered_AfterExpiries_GrowsBackStepByStep()
    {
        var pace = new LinkPace(Settings);
        for (var i = 0; i < 5; i++)
            pace.Expired(pace.BatchBytes, TimeSpan.FromSeconds(20));

        var before = pace.BatchBytes;
        for (var i = 0; i < 40; i++)
        {
            pace.Answered(before, TimeSpan.FromMilliseconds(20));
            Assert.True(pace.BatchBytes <= 2 * before);
            before = pace.BatchBytes;
        }

        Assert.Equal(RecordBatch.BytesMax, pace.BatchBytes);
    }

    [Fact]
    public void Expired_ACallWithoutABurden_SaysNothingOfTheBatch()
    {
        var pace = new LinkPace(Settings);

        pace.Expired(0, TimeSpan.FromSeconds(20));

        Assert.Equal(RecordBatch.BytesMax, pace.BatchBytes);
    }
}
