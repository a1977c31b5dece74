using System.Security.Cryptography;
using CsCheck;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class RemovalsTests
{
    private const long Lapse = 1_795_459_200_000_000;

    private static readonly byte[] Mark = "ECE\u0001"u8.ToArray();
    private static readonly byte[] ItemMark = "ECI\u0001"u8.ToArray();

    private static readonly Removals Two = Removals.Of([new("uto:9", Lapse), new("un:6907993", Lapse + 1)]);

    private static readonly Gen<Removal> AnyRemoval =
        Gen.Select(Gen.Char['!', '\u04FF'].Array[1, 20], Gen.Long[1, long.MaxValue], static (id, at) => new Removal(new string(id), at))
            .Where(static removal => !removal.EntryId.Any(char.IsControl));

    [Fact]
    public void Encode_WhateverTheOrder_GivesTheSameBytes() =>
        Assert.Equal(Two.Encode(), Removals.Of(Two.Items.Reverse()).Encode());

    [Fact]
    public void EncodeThenParse_AnyRemovals_GivesThemBack() => AnyRemoval.Array[0, 30].Sample(static items =>
    {
        var removals = Removals.Of(items.DistinctBy(static item => item.EntryId));

        var read = Removals.Parse(removals.Encode()).Value;

        Assert.Equal(removals.Items.AsEnumerable(), read.Items);
    }, iter: 2_000);

    [Fact]
    public void StateRootOf_Content_IsItsHash() =>
        Assert.Equal(SHA256.HashData(Two.Encode()), Removals.StateRootOf(Two.Encode()));

    [Fact]
    public void Parse_CutAtEveryByte_IsRefusedOrOtherContent()
    {
        var bytes = Two.Encode();

        // Cut between two removals it is a shorter list, whose state root is another.
        var whole = Enumerable.Range(0, bytes.Length).Where(length => Removals.Parse(bytes.AsMemory(0, length)).IsSuccess);

        Assert.Equal([4, 4 + 6 + Item("un:6907993", Lapse + 1).Length], whole);
    }

    [Fact]
    public void Parse_AnyBytesChanged_IsRefusedOrMeansSomethingElse() =>
        Gen.Select(Gen.Int[0, Two.Encode().Length - 1], Gen.Byte).Array[1, 4].Sample(static changes =>
        {
            var bytes = Two.Encode();
            foreach (var (index, value) in changes)
                bytes[index] = value;
            if (Removals.Parse(bytes).TryGet(out var read, out var failure))
                Assert.Equal(bytes, read.Encode());
            else
                Assert.Equal(ReleaseStage.Content, failure.Stage);
        }, iter: 10_000);

    [Fact]
    public void Parse_AnotherEncodingOfTheSame_IsRefused()
    {
        var (first, second) = (Item("un:1", Lapse), Item("uto:9", Lapse));

        Assert.True(Removals.Parse(Raw((1, first), (2, second))).IsSuccess);
        Assert.Contains("out of order", Reason(Raw((1, second), (2, first))), StringComparison.Ordinal);
        Assert.Contains("twice", Reason(Raw((1, first), (2, first))), StringComparison.Ordinal);
        Assert.Contains("missing", Reason(Raw((1, first), (3, second))), StringComparison.Ordinal);
        Assert.Contains("missing", Reason(Raw((0, first))), StringComparison.Ordinal);
        Assert.Contains("canonical", Reason(Raw((1, [.. first, .. Field(9)]))), StringComparison.Ordinal);
        Assert.Contains("canonical", Reason(Raw((1, Item([0xC3, 0x28], Lapse)))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Lapse)]
    [InlineData("uto:\n9", Lapse)]
    [InlineData("uto:9", 0L)]
    [InlineData("uto:9", -1L)]
    public void Parse_ImpossibleRemoval_IsRefused(string entryId, long lapsesAt)
    {
        Assert.False(Removals.Parse(Raw((1, Item(entryId, lapsesAt)))).IsSuccess);
        Assert.Throws<ArgumentException>(() => Removals.Of([new Removal(entryId, lapsesAt)]));
    }

    [Fact]
    public void Parse_IdentifierAtAndOverTheLimit_IsReadAndRefused()
    {
        Assert.True(Removals.Parse(Raw((1, Item(new string('u', Removals.EntryIdLengthMax), Lapse)))).IsSuccess);
        Assert.False(Removals.Parse(Raw((1, Item(new string('u', Removals.EntryIdLengthMax + 1), Lapse)))).IsSuccess);
    }

    [Fact]
    public void Parse_TooMany_IsRefused()
    {
        var most = Enumerable.Range(0, Removals.CountMax).Select(static i => new Removal($"u{i:00000}", Lapse)).ToArray();
        var content = Removals.Of(most).Encode();
        var one = Raw((Removals.CountMax + 1, Item("z", Lapse)));

        Assert.True(Removals.Parse(content).IsSuccess);
        Assert.Contains("more than", Reason([.. content, .. one[4..]]), StringComparison.Ordinal);
        Assert.Contains("more than", Reason(new byte[Removals.BytesMax + 1]), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Removals.Of([.. most, new Removal("z", Lapse)]));
    }

    [Fact]
    public void Suppresses_Entry_UntilItLapsesAndNeverByADoubtfulClock()
    {
        Assert.True(Two.Suppresses("uto:9", Lapse - 1));
        Assert.False(Two.Suppresses("uto:9", Lapse));
        Assert.True(Two.Suppresses("un:6907993", Lapse));
        Assert.True(Two.Suppresses("uto:9", null));
        Assert.False(Two.Suppresses("uto:99", Lapse - 1));
        Assert.False(Removals.Of([]).Suppresses("uto:9", null));
    }

    private static string Reason(byte[] bytes) => Removals.Parse(bytes).Failure.Reason;

    private static byte[] Raw(params (int Tag, byte[] Content)[] items)
    {
        var writer = new CanonicalWriter(Mark);
        foreach (var (tag, content) in items)
            writer.Bytes((ushort)tag, content);
        return writer.ToArray();
    }

    private static byte[] Item(string entryId, long lapsesAt) => Item(System.Text.Encoding.UTF8.GetBytes(entryId), lapsesAt);

    private static byte[] Item(byte[] entryId, long lapsesAt) => new CanonicalWriter(ItemMark).Bytes(1, entryId).Int64(2, lapsesAt).ToArray();

    private static byte[] Field(byte tag) => [tag, 0, 0, 0, 0, 0];
}
