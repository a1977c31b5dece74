using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// How names too long for their field are shortened. The standard lets the issuing State choose (Doc 9303-4 to -6
/// §4.2.3, Doc 9303-7 §4.2.3 and §7.2.3); each style is one of the methods shown there. Names that fit are never
/// shortened.
/// </summary>
/// <remarks>
/// In every style the primary identifier is kept whole when it leaves room for one character of the secondary one, and
/// a shortened field ends with a letter in its last position.
/// </remarks>
public sealed class MrzTruncation
{
    private MrzTruncation(MrzTruncationStyle style, int? secondaryCharacters) =>
        (Style, SecondaryCharacters) = (style, secondaryCharacters);

    /// <summary>
    /// From the last component backwards, components become initials, the last one touched only as far as needed.
    /// </summary>
    /// <param name="secondaryCharacters">Characters to keep free for the secondary identifier, fillers included; null
    /// gives it what the initials of the primary one leave.</param>
    public static MrzTruncation Initials(int? secondaryCharacters = null) =>
        new(MrzTruncationStyle.Initials, Checked(secondaryCharacters));

    /// <summary>The first component stays whole where it can; the others are cut to about the same length.</summary>
    /// <param name="secondaryCharacters">As for <see cref="Initials"/>; null means the first given name.</param>
    public static MrzTruncation LaterComponents(int? secondaryCharacters = null) =>
        new(MrzTruncationStyle.LaterComponents, Checked(secondaryCharacters));

    /// <summary>
    /// All components of the primary identifier are cut to the same length, the first ones a letter longer when the
    /// room does not divide; the secondary one as by <see cref="Initials"/>.
    /// </summary>
    /// <param name="secondaryCharacters">As for <see cref="LaterComponents"/>.</param>
    public static MrzTruncation FixedLength(int? secondaryCharacters = null) =>
        new(MrzTruncationStyle.FixedLength, Checked(secondaryCharacters));

    /// <summary>Cut where the room ends; components behind that go.</summary>
    /// <param name="secondaryCharacters">As for <see cref="Initials"/>; null means one.</param>
    public static MrzTruncation AtTheEnd(int? secondaryCharacters = null) =>
        new(MrzTruncationStyle.AtTheEnd, Checked(secondaryCharacters));

    /// <summary>The State chose for this name how many letters of each component remain.</summary>
    /// <param name="primaryLetters">Letters by component; components not listed go.</param>
    /// <param name="secondaryLetters">The same for the secondary identifier.</param>
    public static MrzTruncation Chosen(ImmutableArray<int> primaryLetters, ImmutableArray<int> secondaryLetters) =>
        new(MrzTruncationStyle.Chosen, null)
        {
            PrimaryLetters = [.. primaryLetters.Select(static count => Checked(count)!.Value)],
            SecondaryLetters = [.. secondaryLetters.Select(static count => Checked(count)!.Value)],
        };

    /// <summary>The method.</summary>
    public MrzTruncationStyle Style { get; }

    /// <summary>Characters kept free for the secondary identifier; null leaves it to the style.</summary>
    public int? SecondaryCharacters { get; }

    /// <summary>Letters of each primary component; empty unless <see cref="Chosen"/>.</summary>
    public ImmutableArray<int> PrimaryLetters { get; private init; } = [];

    /// <summary>Letters of each secondary component; empty unless <see cref="Chosen"/>.</summary>
    public ImmutableArray<int> SecondaryLetters { get; private init; } = [];

    private static int? Checked(int? count)
    {
        if (count is { } number)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        return count;
    }
}
