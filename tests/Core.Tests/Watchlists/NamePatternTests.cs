using CsCheck;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class NamePatternTests
{
    private static readonly Gen<string> Word = Gen.OneOf(
        Gen.OneOfConst("TAVIK", "Signe", "okonjo", "AL", "al", "Abdul", "ABU", "RAHMAN", "bin", "UMM", "ABDULLAH", "McTavik", "D'Okonjo", "Åse", "Чехов", "A", "O", "7", "ABD"),
        Gen.String[Gen.Char["ABDELMRabdelmr"], 1, 9]);

    private static readonly Gen<string> AnyName = Gen.Select(Word, Gen.OneOfConst(" ", ", ", "-", "", " / ", "'", " (", ") ", ". ", "  "), static (word, end) => word + end)
        .Array[0, 8].Select(static parts => string.Concat(parts));

    /// <summary>Texts of the same bearer in many ways of writing, so that patterns are shared.</summary>
    private static readonly Gen<WatchlistEntry[]> Lists = Gen.Select(AnyName.Array[1, 4], Gen.Int[1, 9]).Array[0, 8].Select(static items =>
        items.SelectMany(static (item, i) => Enumerable.Range(0, item.Item2).Select(copy => ListFixtures.Entry(
            $"uto:{i}-{copy}", item.Item1[0], aliases: [.. item.Item1.Skip(1).Select(static (name, at) => new ListedName(name, (NameQuality)(1 + (at % 3))))]))).ToArray());

    [Theory]
    [InlineData((byte)0xe0)] // a fourth way of capitals
    [InlineData((byte)0xff)]
    public void IsSound_StepThatMeansNothing_IsNot(byte step) => Assert.False(NamePattern.IsSound([(byte)',', step]));

    [Fact]
    public void TryWrite_TokenThatTheNameDoesNotHave_IsRefused()
    {
        var index = ListFixtures.Open(ListFixtures.Entry("uto:1", "TAVIK, Signe")).Index();

        Assert.True(NamePattern.TryWrite([0x80, (byte)',', (byte)' ', 0xa1], index, 0, out var text));
        Assert.Equal("TAVIK, Signe", text);
        Assert.False(NamePattern.TryWrite([0x82], index, 0, out text));
        Assert.Equal("", text);
        Assert.False(NamePattern.TryWrite([0x8f], index, 0, out _));
    }

    [Fact]
    public void TryWrite_TextGrowsTooLong_IsRefused()
    {
        var index = ListFixtures.Open(ListFixtures.Entry("uto:1", "TAVIK, Signe")).Index();

        Assert.True(NamePattern.TryWrite([.. Enumerable.Repeat((byte)'-', NamePattern.TextLengthMax)], index, 0, out _));
        Assert.False(NamePattern.TryWrite([.. Enumerable.Repeat((byte)'-', NamePattern.TextLengthMax + 1)], index, 0, out _));
        Assert.False(NamePattern.TryWrite([.. Enumerable.Repeat((byte)0x80, NamePattern.TextLengthMax)], index, 0, out _));
    }

    [Fact]
    public void TryWrite_TokenShorterThanAHead_IsLeftOutWhole()
    {
        var index = ListFixtures.Open(ListFixtures.Entry("uto:1", "LI, Signe")).Index();

        Assert.True(NamePattern.TryWrite([0x90, (byte)'.'], index, 0, out var text));
        Assert.Equal(".", text);
    }

    [Theory]
    [InlineData("TAVIK, Signe Lene", "0, 1' 2'")]
    [InlineData("Tavik, SIGNE", "0', 1")]
    [InlineData("signe tavik", "0\" 1\"")]
    [InlineData("Okonjo-Tavik, Signe", "0'-1', 2'")]
    [InlineData("Signe al-Masri", "0' al-1'")]
    [InlineData("ABDUL RAHMAN, Tarik", "ABDUL 0~, 1'")]
    [InlineData("TAVIK, Signe A.", "0, 1' 2.")]
    [InlineData("D'OKONJO, Signe", "D'OKONJO, 1'")]
    [InlineData("TAVIK,  Signe ", "0,  1' ")]
    public void Of_Name_IsWrittenFromItsTokens(string text, string steps) =>
        Assert.Equal(steps, Readable(NamePattern.Of(text, NamePreparation.Listed(text)[0].AsSpan())));

    [Theory]
    [InlineData("")]
    [InlineData("Åse Tavik")]
    [InlineData("Чехов")]
    [InlineData("D'ARTAGNAN-O'MALLEY O'BRANDVOLD")]
    public void Of_NameThatItsTokensDoNotSpell_IsNone(string text)
    {
        var readings = NamePreparation.Listed(text);

        Assert.Null(NamePattern.Of(text, readings.IsEmpty ? [] : readings[0].AsSpan()));
    }

    [Fact]
    public void Of_LongName_IsNone() => Assert.Null(NamePattern.Of(new string('-', NamePattern.TextLengthMax + 1), []));

    [Fact]
    public void WriteThenOpen_NamesOfOnePattern_HoldsNoTextOfThem()
    {
        var entries = Enumerable.Range(0, 8).Select(static i => ListFixtures.Entry($"uto:{i}", $"{Family(i)}, Signe Maridottir")).ToArray();
        var package = ListFixtures.Package(entries);

        var packed = package.AsSpan(PackageSurgery.OffsetOf(package, PackageSurgery.Entries), PackageSurgery.LengthOf(package, PackageSurgery.Entries));
        Assert.Equal(-1, packed.IndexOf("Maridottir"u8));
        Assert.Equal(-1, packed.IndexOf("TAVIK"u8));
        Assert.Equal(entries.Select(static entry => entry.DisplayName), Enumerable.Range(0, 8).Select(entry => ListFixtures.Open(package).Value.Entry(entry).DisplayName));
    }

    [Fact]
    public void WriteThenOpen_AnyNames_GivesRecordsBackByteForByte() => Lists.Sample(static entries =>
    {
        var package = ListFixtures.Open(entries);

        Assert.Equal(StateRoot.Compute(entries.Select(static entry => (entry.EntryId, EntryRecord.Encode(entry)))), package.Info.StateRoot.ToArray());
        Assert.Equal(
            entries.OrderBy(static entry => entry.EntryId, StringComparer.Ordinal).Select(EntryRecord.Encode),
            Enumerable.Range(0, entries.Length).Select(package.Record));
    }, iter: 3_000);

    private static string Family(int i) => "TAVIK" + (char)('A' + i);

    /// <summary>Tokens as their places; ' for one capital, " for none, ~ without a glued head.</summary>
    private static string Readable(byte[]? pattern) => string.Concat(pattern!.Select(static step => step < 128
        ? $"{(char)step}"
        : $"{step & 15}{((step & 16) != 0 ? "~" : "")}{((step >> 5) & 3) switch { 0 => "", 1 => "'", _ => "\"" }}"));
}
