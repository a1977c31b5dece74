using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Fits primary and secondary identifier into a name field (Doc 9303-4 to -6 §4.2.2 and §4.2.3, Doc 9303-7 §4.2.2,
/// §4.2.3, §7.2.2 and §7.2.3).
/// </summary>
internal static class MrzNameShortener
{
    private const string Separator = "<<";

    /// <summary>What a primary identifier leaves at least: the separator and one letter.</summary>
    private const int LeastSecondary = 3;

    /// <summary>Fits a name.</summary>
    /// <param name="primary">Components of A to Z with one filler between them; not empty.</param>
    /// <param name="secondary">The same; may be empty.</param>
    /// <param name="width">Characters of the field.</param>
    /// <returns>At most <paramref name="width"/> characters; null when the name must be shortened and cannot be so that
    /// the field ends with a letter.</returns>
    public static string? Fit(string primary, string secondary, int width, MrzTruncation truncation)
    {
        var whole = secondary.Length == 0 ? primary : $"{primary}{Separator}{secondary}";
        if (whole.Length <= width)
            return whole;
        var shortened = truncation.Style == MrzTruncationStyle.Chosen
            ? Chosen(primary.Split('<'), secondary.Split('<'), truncation)
            : secondary.Length == 0
                ? Shorten(primary, width, truncation.Style, isSecondary: false)
                : Both(primary, secondary, width, truncation);
        return shortened?.Length == width ? shortened : null;
    }

    private static string? Both(string primary, string secondary, int width, MrzTruncation truncation)
    {
        var wanted = SecondaryRoom(primary, secondary, width, truncation);
        // Another split is tried only when a component of one letter leaves a filler in the last position.
        for (var distance = 0; distance < width; distance++)
        {
            if (Split(wanted + distance) is { } more)
                return more;
            if (Split(wanted - distance) is { } less)
                return less;
        }

        return null;

        string? Split(int room) =>
            Shorten(secondary, room, truncation.Style, isSecondary: true) is { } second
            && Shorten(primary, width - Separator.Length - room, truncation.Style, isSecondary: false) is { } first
                ? $"{first}{Separator}{second}"
                : null;
    }

    /// <summary>Characters for the secondary identifier; what the primary one does not need is always its.</summary>
    private static int SecondaryRoom(string primary, string secondary, int width, MrzTruncation truncation)
    {
        var left = width - Separator.Length - primary.Length;
        var wanted = truncation.SecondaryCharacters
            ?? (left > 0 ? left : truncation.Style switch
            {
                MrzTruncationStyle.Initials => width - Separator.Length - LengthWithInitials(primary, width),
                MrzTruncationStyle.AtTheEnd => 1,
                _ => secondary.Split('<')[0].Length,
            });
        // Not more than leaves every primary component its initial; where even those have no room, one letter.
        var most = left + primary.Length - LengthOfInitials(primary);
        return Math.Clamp(Math.Max(wanted, left), 1, Math.Max(1, Math.Min(most, secondary.Length)));
    }

    private static int LengthOfInitials(string identifier) => 2 * identifier.Count(static letter => letter == '<') + 1;

    /// <summary>Length once enough components at the end are initials to leave room for a secondary letter.</summary>
    private static int LengthWithInitials(string primary, int width)
    {
        var length = primary.Length;
        foreach (var component in primary.Split('<').Reverse())
        {
            if (length <= width - LeastSecondary)
                break;
            length -= component.Length - 1;
        }

        return Math.Min(length, width - LeastSecondary);
    }

    /// <summary>An identifier in exactly the room given; null when it has no form of that length.</summary>
    private static string? Shorten(string identifier, int room, MrzTruncationStyle style, bool isSecondary)
    {
        if (room < 1)
            return null;
        if (identifier.Length <= room)
            return identifier.Length == room ? identifier : null;
        var components = identifier.Split('<');
        // Components that would not fit even as initials go, the last ones first.
        var kept = components[..Math.Min(components.Length, (room + 1) / 2)];
        var letters = room - (kept.Length - 1);
        if (kept.Sum(static component => component.Length) < letters)
            return null;
        var lengths = kept.Select(static component => component.Length).ToArray();
        switch (style)
        {
            case MrzTruncationStyle.LaterComponents when isSecondary && room == lengths[0]:
                return kept[0];
            case MrzTruncationStyle.LaterComponents:
                lengths[0] = Math.Min(lengths[0], letters - (kept.Length - 1));
                Level(lengths.AsSpan(1), letters - lengths[0]);
                break;
            case MrzTruncationStyle.FixedLength when !isSecondary:
                Level(lengths, letters);
                break;
            case MrzTruncationStyle.AtTheEnd:
                return CutAtTheEnd(kept, room);
            default:
                ShortenBackwards(lengths, letters);
                break;
        }

        return Join(kept, lengths);
    }

    private static void ShortenBackwards(int[] lengths, int letters)
    {
        var excess = lengths.Sum() - letters;
        for (var index = lengths.Length - 1; index >= 0; index--)
        {
            var cut = Math.Min(excess, lengths[index] - 1);
            lengths[index] -= cut;
            excess -= cut;
        }
    }

    /// <summary>Cuts the longest ones, so that they are alike; of two alike the later one is cut first.</summary>
    private static void Level(Span<int> lengths, int letters)
    {
        var excess = -letters;
        foreach (var length in lengths)
            excess += length;
        for (; excess > 0; excess--)
        {
            var longest = 0;
            for (var index = 1; index < lengths.Length; index++)
            {
                if (lengths[index] >= lengths[longest])
                    longest = index;
            }

            lengths[longest]--;
        }
    }

    private static string CutAtTheEnd(string[] components, int room)
    {
        var cut = string.Join('<', components)[..room].TrimEnd('<').Split('<');
        var lengths = cut.Select(static component => component.Length).ToArray();
        if (lengths.Sum() + lengths.Length - 1 == room)
            return string.Join('<', cut);
        // The cut fell on a filler: the last component that can spare a letter lets in the initial behind it.
        lengths[Array.FindLastIndex(lengths, static length => length > 1)]--;
        return Join(components, [.. lengths, 1]);
    }

    private static string? Chosen(string[] primary, string[] secondary, MrzTruncation truncation)
    {
        if (!Allows(primary, truncation.PrimaryLetters) || !Allows(secondary, truncation.SecondaryLetters))
            return null;
        var first = Join(primary, [.. truncation.PrimaryLetters]);
        var second = Join(secondary, [.. truncation.SecondaryLetters]);
        return second.Length == 0 ? first : $"{first}{Separator}{second}";
    }

    private static bool Allows(string[] components, ImmutableArray<int> letters) =>
        letters.Length <= components.Length
        && letters.Zip(components).All(static pair => pair.First <= pair.Second.Length);

    private static string Join(string[] components, int[] lengths) =>
        string.Join('<', lengths.Zip(components, static (length, component) => component[..length]));
}
