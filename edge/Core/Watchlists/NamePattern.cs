using System.Text;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// How a name is written from the tokens that the index holds for it: steps of one byte each. Below 128 a step is a character
/// as it is; from 128 on it is a token: two bits of capitals, one bit that leaves out a glued head (ABD, ABU, UMM), and four
/// bits of the token's place in the name. "SURNAME, Given" is five steps in the names of millions.
/// </summary>
internal static class NamePattern
{
    /// <summary>Longer names stand as they are.</summary>
    internal const int TextLengthMax = 128;

    /// <summary>More steps than that are hardly shared.</summary>
    private const int StepsMax = 40;

    /// <summary>Letters that stand in the pattern itself, such as articles and what gluing rewrote; with more it is one name's.</summary>
    private const int OwnLettersMax = 12;

    private const int TokenStep = 128;
    private const int CapitalsShift = 5;
    private const int HeadlessBit = 16;
    private const int PlaceMask = 15;

    private const int HeadLength = 3;

    /// <summary>How a token's letters are written.</summary>
    private enum Capitals
    {
        All,
        First,
        None,
    }

    /// <summary>The pattern that writes a text from its tokens.</summary>
    /// <param name="text">A name as its list writes it.</param>
    /// <param name="tokens">At most <see cref="NamePreparation.TokensMax"/>.</param>
    /// <returns>Null when there is none that others could share.</returns>
    internal static byte[]? Of(string text, ReadOnlySpan<NameToken> tokens)
    {
        if (text.Length is 0 or > TextLengthMax)
            return null;
        Span<byte> steps = stackalloc byte[StepsMax];
        int count = 0, ownLetters = 0, used = 0;
        for (var at = 0; at < text.Length;)
        {
            if (count == StepsMax)
                return null;
            var (step, length) = Longest(text.AsSpan(at), tokens, used);
            if (length > 0)
            {
                used |= 1 << (step & PlaceMask);
                steps[count++] = step;
                at += length;
                continue;
            }

            if (!char.IsAscii(text[at]) || (char.IsAsciiLetterOrDigit(text[at]) && ++ownLetters > OwnLettersMax))
                return null;
            steps[count++] = (byte)text[at++];
        }

        return steps[..count].ToArray();
    }

    /// <summary>False when a step means nothing.</summary>
    /// <param name="pattern">Untrusted.</param>
    internal static bool IsSound(ReadOnlySpan<byte> pattern)
    {
        foreach (var step in pattern)
        {
            if (step >= TokenStep && CapitalsOf(step) > Capitals.None)
                return false;
        }

        return true;
    }

    /// <summary>Writes a name.</summary>
    /// <param name="pattern">Sound, but perhaps of a name with other tokens.</param>
    /// <param name="index">Of the package.</param>
    /// <param name="name">Ordinal of the name whose tokens are meant.</param>
    /// <param name="text">The name; empty when the method returns false.</param>
    /// <returns>False when a step asks for a token that the name does not have, or the text grows too long.</returns>
    internal static bool TryWrite(ReadOnlySpan<byte> pattern, in PackageIndex index, int name, out string text)
    {
        Span<char> letters = stackalloc char[TextLengthMax];
        var tokens = index.Tokens(name);
        var length = 0;
        text = "";
        foreach (var step in pattern)
        {
            if (step < TokenStep)
            {
                if (length == TextLengthMax)
                    return false;
                letters[length++] = (char)step;
                continue;
            }

            var place = step & PlaceMask;
            if (place >= tokens.Length)
                return false;
            var token = index.Text(NameSlots.Ordinal(tokens[place]));
            if ((step & HeadlessBit) != 0)
                token = token[Math.Min(HeadLength, token.Length)..];
            if (token.Length > TextLengthMax - length)
                return false;
            Spell(token, CapitalsOf(step), letters[length..]);
            length += token.Length;
        }

        text = new string(letters[..length]);
        return true;
    }

    /// <summary>The longest token with which a text begins, of those that are left.</summary>
    private static (byte Step, int Length) Longest(ReadOnlySpan<char> text, ReadOnlySpan<NameToken> tokens, int used)
    {
        (byte Step, int Length) longest = default;
        for (var place = 0; place < tokens.Length; place++)
        {
            if ((used & (1 << place)) != 0)
                continue;
            var token = tokens[place].Text.AsSpan();
            Offer(token, place, text, ref longest);
            if (token is ['A', 'B', 'D' or 'U', _, _, ..] or ['U', 'M', 'M', _, _, ..])
                Offer(token[HeadLength..], place | HeadlessBit, text, ref longest);
        }

        return longest;
    }

    private static void Offer(ReadOnlySpan<char> token, int placeAndHead, ReadOnlySpan<char> text, ref (byte Step, int Length) longest)
    {
        if (token.Length <= longest.Length || token.Length > text.Length || (text[0] & ~0x20) != (token[0] & ~0x20))
            return;
        var capitals = char.IsAsciiLetterLower(text[0]) ? Capitals.None
            : token.Length > 1 && char.IsAsciiLetterLower(text[1]) ? Capitals.First : Capitals.All;
        Span<byte> ascii = stackalloc byte[TextLengthMax];
        Span<char> spelled = stackalloc char[TextLengthMax];
        Ascii.FromUtf16(token, ascii, out _);
        Spell(ascii[..token.Length], capitals, spelled);
        if (text.StartsWith(spelled[..token.Length], StringComparison.Ordinal))
            longest = ((byte)(TokenStep | ((int)capitals << CapitalsShift) | placeAndHead), token.Length);
    }

    private static Capitals CapitalsOf(byte step) => (Capitals)((step >> CapitalsShift) & 3);

    private static void Spell(ReadOnlySpan<byte> token, Capitals capitals, Span<char> letters)
    {
        if (capitals == Capitals.All)
            Ascii.ToUtf16(token, letters, out _);
        else
            Ascii.ToLower(token, letters, out _);
        if (capitals == Capitals.First && !token.IsEmpty)
            letters[0] = (char)token[0];
    }
}
