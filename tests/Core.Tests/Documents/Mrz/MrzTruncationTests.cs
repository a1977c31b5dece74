using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

/// <summary>Invented people with names as long as those of the standard's examples, and longer.</summary>
public sealed class MrzTruncationTests
{
    private const string LongGiven = "Falkensteiningen, Mirabel Konstantine Theobald";
    private const string LongSurname = "Falkensto Vorsalindeck Quimperlan Ottavondal, Linus Barkley";

    [Theory]
    // The secondary identifier gives way, its last component first; the primary one leaves it room and stays whole.
    [InlineData(MrzFormat.Td3, LongGiven, "FALKENSTEININGEN<<MIRABEL<KONSTANTINE<T")]
    [InlineData(MrzFormat.MrvA, LongGiven, "FALKENSTEININGEN<<MIRABEL<KONSTANTINE<T")]
    [InlineData(MrzFormat.Td1, LongGiven, "FALKENSTEININGEN<<MIRABEL<KO<T")]
    [InlineData(MrzFormat.Td2, LongGiven, "FALKENSTEININGEN<<MIRABEL<KON<T")]
    [InlineData(MrzFormat.MrvB, LongGiven, "FALKENSTEININGEN<<MIRABEL<KON<T")]
    [InlineData(MrzFormat.Td1, "Silvarejo Kastellan, Nuno Ruben", "SILVAREJO<KASTELLAN<<NUNO<RUBE")]
    // The primary one gives way too: initials from its end, and what they free is the secondary one's.
    [InlineData(MrzFormat.Td3, LongSurname, "FALKENSTO<VORSALINDECK<QUIMPERLAN<O<<LI")]
    [InlineData(MrzFormat.MrvA, LongSurname, "FALKENSTO<VORSALINDECK<QUIMPERLAN<O<<LI")]
    [InlineData(MrzFormat.Td1, LongSurname, "FALKENSTO<VORSALINDECK<Q<O<<LI")]
    [InlineData(MrzFormat.Td2, LongSurname, "FALKENSTO<VORSALINDECK<Q<O<<L<B")]
    // Given names shorter than what initials free: the letters go back to the primary one.
    [InlineData(MrzFormat.Td1, "Falkenstobrucken Vorsalindeck, Ayo", "FALKENSTOBRUCKEN<VORSALIN<<AYO")]
    // Components that have no room even as initials go, and no filler is left at the end.
    [InlineData(MrzFormat.Td1, "Falkensteiningen, M K T A B C D E", "FALKENSTEININGE<<M<K<T<A<B<C<D")]
    // No secondary identifier.
    [InlineData(MrzFormat.Td1, "Falkensto Vorsalindeck Quimperlan", "FALKENSTO<VORSALINDECK<QUIMPER")]
    [InlineData(MrzFormat.Td1, "Falkenstobruckvorsalindeckermann", "FALKENSTOBRUCKVORSALINDECKERMA")]
    // Fits to the last character: nothing is taken away.
    [InlineData(MrzFormat.Td1, "Falkensteiningen, Mirabel Anna", "FALKENSTEININGEN<<MIRABEL<ANNA")]
    public void Initials_LongName_BeginAtTheEnd(MrzFormat format, string name, string expected)
    {
        Assert.Equal(expected, Written(format, name, MrzTruncation.Initials()));
        Assert.Equal(expected, Written(format, name, MrzWriterOptions.Default.Truncation));
    }

    [Theory]
    [InlineData(1, "FALKENSTO<VORSALINDECK<QUI<O<<L")]
    [InlineData(3, "FALKENSTO<VORSALINDECK<Q<O<<L<B")]
    [InlineData(9, "FALKENSTO<VORSAL<Q<O<<LINUS<BAR")]
    [InlineData(99, "FALKENSTO<VO<Q<O<<LINUS<BARKLEY")]
    public void Initials_RoomForTheSecondaryIdentifierGiven_LeaveTheRest(int characters, string expected) =>
        Assert.Equal(expected, Written(MrzFormat.MrvB, LongSurname, MrzTruncation.Initials(characters)));

    [Fact]
    public void Initials_RoomForAVeryLongSecondaryIdentifier_LeaveTheInitialsOfThePrimaryOne() =>
        Assert.Equal(
            "F<V<Q<O<<ANASTASIOPOLITAROMANNI",
            Written(
                MrzFormat.MrvB,
                "Falkensto Vorsalindeck Quimperlan Ottavondal, Anastasiopolitaromannica",
                MrzTruncation.Initials(99)));

    [Theory]
    [InlineData(MrzFormat.Td3, "Falkensteiningen, Arvido Petro Konstantina", "FALKENSTEININGEN<<ARVIDO<PETRO<KONSTANT")]
    [InlineData(MrzFormat.Td1, "Falkensteiningen, Arvido Petro Konstantina", "FALKENSTEININGEN<<ARVIDO<PE<KO")]
    [InlineData(MrzFormat.Td3, LongSurname, "FALKENSTO<VORSALI<QUIMPER<OTTAVO<<LINUS")]
    [InlineData(MrzFormat.Td1, LongSurname, "FALKENSTO<VORS<QUIM<OTT<<LINUS")]
    public void LaterComponents_LongName_AreCutAlike(MrzFormat format, string name, string expected) =>
        Assert.Equal(expected, Written(format, name, MrzTruncation.LaterComponents()));

    [Theory]
    [InlineData(MrzFormat.Td3, 10, "FALKEN<VORSAL<QUIMPE<OTTAVO<<LINUS<BARK")]
    [InlineData(MrzFormat.MrvB, 10, "FALK<VORS<QUIM<OTTA<<LINUS<BARK")]
    [InlineData(MrzFormat.Td1, null, "FALKE<VORSA<QUIMP<OTTAV<<LIN<B")]
    [InlineData(MrzFormat.Td2, null, "FALKEN<VORSA<QUIMP<OTTAV<<LIN<B")]
    public void FixedLength_LongName_IsTheSameForPrimaryComponents(MrzFormat format, int? characters, string expected) =>
        Assert.Equal(expected, Written(format, LongSurname, MrzTruncation.FixedLength(characters)));

    [Theory]
    [InlineData(MrzFormat.Td1, LongGiven, "FALKENSTEININGEN<<MIRABEL<KONS")]
    [InlineData(MrzFormat.Td1, LongSurname, "FALKENSTO<VORSALINDECK<QUIM<<L")]
    // The cut falls on a filler: a letter before it makes room for the initial behind it.
    [InlineData(MrzFormat.Td1, "Falkensteiningen, Mirabellina An", "FALKENSTEININGEN<<MIRABELLIN<A")]
    [InlineData(MrzFormat.Td1, "Falkensto Vorsalindeck Ovid Abend Quimperlan", "FALKENSTO<VORSALINDECK<OVID<AB")]
    public void AtTheEnd_LongName_DropsWhatIsBehind(MrzFormat format, string name, string expected) =>
        Assert.Equal(expected, Written(format, name, MrzTruncation.AtTheEnd()));

    [Fact]
    public void Chosen_LettersOfEachComponent_AreTaken()
    {
        Assert.Equal(
            "FALKENSTO<VORSALI<QUI<OTTA<<L<B",
            Written(MrzFormat.Td2, LongSurname, MrzTruncation.Chosen([9, 7, 3, 4], [1, 1])));
        Assert.Equal(
            "FALKENSTEININGEN<<MIR<KON<THEOB",
            Written(MrzFormat.MrvB, LongGiven, MrzTruncation.Chosen([16], [3, 3, 5])));
    }

    [Theory]
    // Too few, too many, more than the component has, more components than the name has.
    [InlineData(new[] { 9, 7, 3, 3 }, new[] { 1, 1 })]
    [InlineData(new[] { 9, 7, 3, 5 }, new[] { 1, 1 })]
    [InlineData(new[] { 10, 7, 2, 4 }, new[] { 1, 1 })]
    [InlineData(new[] { 9, 7, 3, 2, 1 }, new[] { 1, 1 })]
    public void Chosen_LettersThatDoNotFit_AreAFailure(int[] primary, int[] secondary)
    {
        var result = Write(MrzFormat.Td2, LongSurname, MrzTruncation.Chosen([.. primary], [.. secondary]));

        Assert.Equal([new("Surname", MrzWriteReason.CannotBeShortened)], result.Failure.Problems.AsEnumerable());
    }

    [Fact]
    public void Chosen_NameThatFits_IsNotShortened() =>
        Assert.Equal("QUIST<<LENE".PadRight(30, '<'), Written(MrzFormat.Td1, "Quist, Lene", MrzTruncation.Chosen([1], [1])));

    [Fact]
    public void Write_ComponentsOfOneLetterWithoutALetterAtTheEnd_AreAFailure()
    {
        // Letters and fillers take turns, so position 30 could only be a filler.
        var result = Write(MrzFormat.Td1, "A B C D E F G H I J K L M N O P Q", MrzTruncation.Initials());

        Assert.Equal([new("Surname", MrzWriteReason.CannotBeShortened)], result.Failure.Problems.AsEnumerable());
    }

    [Fact]
    public void Styles_NumbersBelowOne_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MrzTruncation.Initials(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MrzTruncation.Chosen([0], []));
    }

    private static string Written(MrzFormat format, string name, MrzTruncation truncation)
    {
        var lines = Write(format, name, truncation).Value;
        return format == MrzFormat.Td1 ? lines[2] : lines[0][5..];
    }

    private static Result<ImmutableArray<string>, MrzWriteFailure> Write(
        MrzFormat format, string name, MrzTruncation truncation) =>
        MrzWriter.TryWrite(format, Fields(format, name), new MrzWriterOptions { Truncation = truncation });

    private static MrzFields Fields(MrzFormat format, string name) => new()
    {
        DocumentCode = format switch
        {
            MrzFormat.Td3 => "P",
            MrzFormat.MrvA or MrzFormat.MrvB => "V",
            _ => "I",
        },
        IssuingState = "UTO",
        DocumentNumber = "1",
        Nationality = "UTO",
        BirthDate = PartialDate.Unknown,
        ExpiryDate = PartialDate.Unknown,
        Sex = 'X',
        Surname = name.Split(", ")[0],
        GivenNames = name.Contains(", ", StringComparison.Ordinal) ? name.Split(", ")[1] : "",
    };
}
