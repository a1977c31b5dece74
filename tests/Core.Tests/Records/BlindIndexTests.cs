using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

public sealed class BlindIndexTests
{
    private static readonly BlindIndex Index = new(new byte[32]);

    [Fact]
    public void Document_TwoSpellings_GiveOneTerm()
    {
        var term = Index.Document(DocumentNumber.Parse("UT 4471-X02"));

        Assert.Equal(BlindIndex.TermLength, term!.Length);
        Assert.Equal(term, Index.Document(DocumentNumber.Parse("ut4471x02<<")));
    }

    [Fact]
    public void Document_Empty_GivesNoTerm() => Assert.Null(Index.Document(default));

    [Fact]
    public void Term_OtherKeyTokenYearOrKind_Differs()
    {
        byte[][] terms =
        [
            Index.Name("BRANDVOLD", 1991),
            Index.Name("BRANDVOLD", 0),
            Index.Name("BRANDVOLT", 1991),
            Index.Document(DocumentNumber.Parse("BRANDVOLD1991"))!,
            new BlindIndex(new byte[31]).Name("BRANDVOLD", 1991),
            new BlindIndex(Enumerable.Repeat((byte)1, 32).ToArray()).Name("BRANDVOLD", 1991),
        ];

        // HMAC pads short keys with zeros (RFC 2104 §2), so the 31 zero bytes are the same key: five distinct terms.
        Assert.Equal(5, terms.Select(Convert.ToHexString).Distinct().Count());
    }
}
