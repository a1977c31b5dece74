using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class ListedDocumentsTests
{
    [Fact]
    public void Of_TablesThatAreNotOneList_NamesWhy()
    {
        var first = DocumentTables.Open(DocumentTables.Base()).Value;
        var delta = DocumentTables.Open(DocumentTables.Delta()).Value;
        var otherKey = OtherKeyDelta();

        AssertSequence("there is no table");
        AssertSequence("there is no table", default);
        AssertSequence("version 13 follows 12, but 0 comes before it", [delta]);
        AssertSequence("version 12 follows 0, but 12 comes before it", [first, first]);
        AssertSequence("version 13 follows 12, but 13 comes before it", [first, delta, delta]);
        AssertSequence("version 13 is under another list key", [first, otherKey]);
        AssertSequence("33 deltas are more than 32", [first, .. Enumerable.Repeat(delta, 33)]);
    }

    [Fact]
    public void Search_DamagedRows_FailsAndDoesNotClear()
    {
        var bytes = DocumentTables.Base();
        bytes[4096 + 8] ^= 1;
        var list = ListedDocuments.Of([DocumentTables.Open(bytes).Value]).Value;

        var search = list.Search("UTO", DocumentClass.Passport, DocumentNumber.Parse("UT4471X02"));

        Assert.Equal(DocumentTableStage.Rows, search.Failure!.Stage);
        Assert.Empty(search.Hits);
    }

    [Fact]
    public void CopyTo_DamagedRows_SaysSo()
    {
        var bytes = DocumentTables.Base();
        bytes[4096 + 8] ^= 1;
        var list = ListedDocuments.Of([DocumentTables.Open(bytes).Value]).Value;

        Assert.Equal(DocumentTableStage.Rows, list.CopyTo(new DocumentTableWriter(DocumentTables.ListKey, 12))!.Stage);
    }

    [Theory]
    [InlineData("UTO", DocumentClass.Passport, "")]
    [InlineData("UTO", DocumentClass.Passport, "<<<")]
    [InlineData("UTO", DocumentClass.Passport, "UT4471X03")]
    [InlineData("UTP", DocumentClass.Passport, "UT4471X02")]
    [InlineData("UTO", DocumentClass.Visa, "UT4471X02")]
    [InlineData("", DocumentClass.Unstated, "UT4471X02")]
    [InlineData("", DocumentClass.Unstated, "ZE123")] // the list states its issuer
    [InlineData("UTO", DocumentClass.Passport, "Q778I")] // a misread number of nobody in particular
    public void Search_NotListed_FindsNothing(string issuer, DocumentClass documentClass, string number)
    {
        var search = Base().Search(issuer, documentClass, DocumentNumber.Parse(number));

        Assert.Equal((0, null), (search.Hits.Length, search.Failure));
    }

    [Theory]
    [InlineData("UTO", DocumentClass.Passport, "UT4471X02", 1u, 0, true, true)]
    [InlineData("UTO<<", DocumentClass.Passport, "ut 4471-x02", 1u, 0, true, true)]
    [InlineData("UTO", DocumentClass.Passport, "ZE123", 3u, 0, true, false)]
    [InlineData("UTO", DocumentClass.Card, "ZE123", 3u, 0, true, false)]
    [InlineData("UTO", DocumentClass.Card, "Q7781", 4u, 0, false, false)]
    [InlineData("<<<", DocumentClass.Card, "Q7781", 4u, 0, false, false)]
    [InlineData("UTO", DocumentClass.Passport, "UT447IXO2", 1u, 2, true, true)]
    [InlineData("UTO", DocumentClass.Passport, "UTO815", 2u, 1, true, true)]
    [InlineData("UTO", DocumentClass.Passport, "2E123", 3u, 1, true, false)]
    public void Search_Listed_SaysHow(
        string issuer, DocumentClass documentClass, string number, uint payload, int changes, bool isIssuerStated, bool isClassStated)
    {
        var search = Base().Search(issuer, documentClass, DocumentNumber.Parse(number));

        Assert.Equal(new DocumentHit(payload, changes, isIssuerStated, isClassStated), Assert.Single(search.Hits) with { Key = default });
        Assert.Equal(changes == 0, search.Hits[0].IsExact);
        Assert.Null(search.Failure);
    }

    [Fact]
    public void Search_AfterADelta_TakesTheNewestWord()
    {
        var list = ListedDocuments.Of(
            [DocumentTables.Open(DocumentTables.Base()).Value, DocumentTables.Open(DocumentTables.Delta()).Value]).Value;

        Assert.Equal((13UL, 7L), (list.Version, list.RowCount));
        Assert.Empty(Passport(list, "UT4471X02").Hits);
        Assert.Equal(5u, Assert.Single(Passport(list, "UT9999").Hits).Payload);
        Assert.Equal(2u, Assert.Single(Passport(list, "UT0815").Hits).Payload);
        Assert.Equal(30u, Assert.Single(Passport(list, "ZE123").Hits).Payload);
    }

    [Fact]
    public void Search_NobodyListed_AllocatesNothing()
    {
        var list = Base();
        var number = DocumentNumber.Parse("UT0158Z20");
        list.Search("UTO", DocumentClass.Passport, number);

        var before = GC.GetAllocatedBytesForCurrentThread();
        list.Search("UTO", DocumentClass.Passport, number);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Find_AnyBaseAndDeltas_EqualsADictionaryAndItsMergedBase() =>
        Gen.Select(Gen.Int[0, 400], Gen.Int[1, 400]).Array[1, 5].Sample(runs =>
        {
            var expected = new Dictionary<ulong, uint>();
            var tables = runs.Select((run, at) => Run(at, run.Item1, run.Item2, expected)).ToImmutableArray();
            var list = ListedDocuments.Of(tables).Value;
            var merged = new DocumentTableWriter(DocumentTables.ListKey, list.Version);

            Assert.Null(list.CopyTo(merged));
            var newBase = DocumentTables.Open(DocumentTables.Bytes(merged)).Value;

            Assert.Equal(expected.Count, newBase.RowCount);
            for (ulong i = 0; i < 1_000; i++)
            {
                var key = new DocumentKey(DocumentTables.HashOf(i));
                var isListed = expected.TryGetValue(key.Hash, out var payload);
                Assert.Equal(isListed, list.Find(key).Standing == DocumentStanding.Listed);
                Assert.Equal(new DocumentLookup(isListed ? DocumentStanding.Listed : DocumentStanding.NotListed, payload), newBase.Find(key));
                Assert.Equal(payload, list.Find(key).Payload);
            }
        }, iter: 50);

    [Fact]
    public void DocumentClasses_FromDocumentCode_ReadsTheFirstLetter()
    {
        (string Code, DocumentClass Expected)[] cases =
        [
            ("P", DocumentClass.Passport), ("P<", DocumentClass.Passport), ("PD", DocumentClass.Passport), ("V", DocumentClass.Visa),
            ("I<", DocumentClass.Card), ("AC", DocumentClass.Card), ("C", DocumentClass.Card), ("X", DocumentClass.Other),
            ("", DocumentClass.Unstated), ("<<", DocumentClass.Unstated),
        ];

        Assert.All(cases, static item => Assert.Equal(item.Expected, DocumentClasses.FromDocumentCode(item.Code)));
    }

    /// <summary>A run that lists 200 numbers from one place on and withdraws 50 from another.</summary>
    private static DocumentTable Run(int at, int first, int withdrawn, Dictionary<ulong, uint> expected)
    {
        var writer = new DocumentTableWriter(DocumentTables.ListKey, (ulong)at + 1, (ulong)at);
        for (var i = withdrawn; at > 0 && i < withdrawn + 50; i++)
        {
            // A number that this run lists is not withdrawn by it.
            if (i >= first && i < first + 200)
                continue;
            writer.Withdraw(new DocumentKey(DocumentTables.HashOf((ulong)i)));
            expected.Remove(DocumentTables.HashOf((ulong)i));
        }

        for (var i = first; i < first + 200; i++)
        {
            writer.Add(new DocumentKey(DocumentTables.HashOf((ulong)i)), (uint)((at * 1_000) + i));
            expected[DocumentTables.HashOf((ulong)i)] = (uint)((at * 1_000) + i);
        }

        return DocumentTables.Open(DocumentTables.Bytes(writer)).Value;
    }

    private static ListedDocuments Base() => ListedDocuments.Of([DocumentTables.Open(DocumentTables.Base()).Value]).Value;

    private static DocumentSearch Passport(ListedDocuments list, string number) =>
        list.Search("UTO", DocumentClass.Passport, DocumentNumber.Parse(number));

    private static DocumentTable OtherKeyDelta()
    {
        var writer = new DocumentTableWriter(new byte[16], 13, follows: 12);
        return DocumentTable.Open(new MemorySectionSource(DocumentTables.Bytes(writer)), new byte[16]).Value;
    }

    private static void AssertSequence(string reason, ImmutableArray<DocumentTable> tables = default)
    {
        var failure = ListedDocuments.Of(tables).Failure;

        Assert.Equal((DocumentTableStage.Sequence, reason), (failure.Stage, failure.Reason));
    }
}
