using CsCheck;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class StateRootTests
{
    private static readonly Gen<(string EntryId, byte[] Record)[]> Records =
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 8], Gen.Byte.Array[0, 20], static (id, record) => (id, record))
            .Array[1, 30]
            .Select(static records => records.DistinctBy(static record => record.id).ToArray());

    [Fact]
    public void Compute_AnyOrder_GivesTheSameRoot() => Records.Sample(records =>
        Assert.Equal(StateRoot.Compute(records), StateRoot.Compute(records.Reverse())), iter: 1_000);

    [Fact]
    public void Compute_RecordChangedRemovedOrRenamed_GivesAnotherRoot() =>
        Gen.Select(Records, Gen.Int[0, 29]).Sample((records, pick) =>
        {
            var index = pick % records.Length;
            var root = StateRoot.Compute(records);

            Assert.NotEqual(root, StateRoot.Compute(records.Where((_, i) => i != index)));
            Assert.NotEqual(root, StateRoot.Compute([.. records, ("never-there-before", [])]));
            var (id, record) = records[index];
            Assert.NotEqual(root, StateRoot.Compute(records.Select((other, i) => i == index ? (id, (byte[])[.. record, 0]) : other)));
        }, iter: 1_000);

    [Fact]
    public void Compute_TwoRecordsExchangeContents_GivesAnotherRoot()
    {
        // In a list the identifier stands in the record too; here only its bucket tells them apart.
        Assert.NotEqual(StateRoot.Compute([("a", [1]), ("b", [2])]), StateRoot.Compute([("a", [2]), ("b", [1])]));
    }

    [Fact]
    public void Compute_NoRecords_GivesAFixedRoot() => Assert.Equal(StateRoot.Compute([]), StateRoot.Compute([]));

    [Fact]
    public void Compute_IdentifierTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => StateRoot.Compute([("a", [1]), ("a", [1])]));
}
