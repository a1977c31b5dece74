using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Matching;

public sealed class ScreeningScratchTests
{
    [Fact]
    public void Of_MoreEntriesThanUsual_KeepsEachOnceInTheOrderFound()
    {
        var scratch = new ScreeningScratch();

        for (var round = 0; round < 2; round++)
        {
            for (var entry = 1_000; entry > 0; entry--)
                scratch.Of(entry, round == 0 ? DocumentAgreement.Exact : DocumentAgreement.Variant).Offer(Match(round == 0 ? 0.5f : 0.9f, NameQuality.Weak));
        }

        Assert.Equal(Enumerable.Range(1, 1_000).Reverse(), scratch.Best.ToArray().Select(static best => best.Entry));
        Assert.All(scratch.Best.ToArray(), static best => Assert.Equal((DocumentAgreement.Exact, 0.9f), (best.Document, best.Score)));
    }

    [Fact]
    public void Offer_SupportedAndWeakNames_KeepsTheBestOfEach()
    {
        var best = default(BestNames);

        best.Offer(Match(0.7f, NameQuality.Good));
        best.Offer(Match(0.7f, NameQuality.Primary));
        best.Offer(Match(0.6f, NameQuality.Primary));
        best.Offer(Match(0.9f, NameQuality.Weak));
        best.Offer(Match(0.8f, NameQuality.Weak));

        Assert.Equal(Match(0.7f, NameQuality.Primary), best.Supported);
        Assert.Equal(Match(0.9f, NameQuality.Weak), best.Weak);
    }

    [Fact]
    public void Clear_AfterAScreening_LeavesNothing()
    {
        var scratch = new ScreeningScratch();
        for (var entry = 0; entry < 300; entry++)
        {
            scratch.Of(entry).Offer(Match(0.9f, NameQuality.Primary));
            scratch.Add(new JudgedEntry(0, entry, DocumentAgreement.Exact, default));
        }

        var best = scratch.Best;
        var judged = scratch.Judged;
        scratch.Clear();

        Assert.True(scratch.Best.IsEmpty && scratch.Judged.IsEmpty);
        Assert.All(best.ToArray(), static names => Assert.Equal(default, names));
        Assert.All(judged.ToArray(), static entry => Assert.Equal(default, entry));
    }

    private static NameMatch Match(float score, NameQuality quality) => new(1, quality, new NameScore(score, 1, 1), Reading: 0);
}
