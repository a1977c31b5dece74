using System.Text;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>How foreign text is opened and cleaned, the same in every form.</summary>
internal static class ListText
{
    /// <summary>
    /// Strict UTF-8, with or without its mark. No other encoding is guessed: a mark of UTF-16 is invalid UTF-8 and said so, since
    /// a list read in the wrong encoding would have names that nobody bears.
    /// </summary>
    public static StreamReader Open(Stream file) =>
        new(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);

    /// <summary>Runs a reading; what is no UTF-8 ends as a malformed file.</summary>
    public static T Decoded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException)
        {
            throw new ListFileException(0, 0, "the file is not UTF-8 text");
        }
    }

    /// <summary>
    /// Takes out what is not seen: directional marks and overrides, zero-width spaces, the byte order mark. Names copied from
    /// documents carry them, and they could show an officer a name in another order than it is compared in. The joiners of
    /// Arabic and Indic writing stay.
    /// </summary>
    public static string WithoutInvisible(string text)
    {
        if (!text.Any(IsInvisible))
            return text;
        var kept = new StringBuilder(text.Length);
        foreach (var character in text.Where(static character => !IsInvisible(character)))
            kept.Append(character);
        return kept.ToString();
    }

    /// <summary>
    /// White space made single: publishers break lines inside values, and expressions that look for words between runs of spaces would
    /// take long over a file that has nothing else.
    /// </summary>
    public static string SingleSpaced(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool IsInvisible(char character) => character
        is '\u200B' or '\u200E' or '\u200F' or '\u061C' or '\u2060' or '\uFEFF'
        or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
