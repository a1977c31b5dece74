namespace EdgeCheckpoint.Accuracy;

/// <summary>Scripts that the travellers' names are written in.</summary>
internal enum WritingScript
{
    Latin,
    Cyrillic,
    Arabic,
    Hebrew,
    Hangul,
    Han,
    Kana,
    Devanagari,
    Thai,
    Other,
}

/// <summary>Tells the script of a name.</summary>
internal static class WritingScripts
{
    /// <summary>The script of the first letter that is not Latin, else Latin; any kana makes a name of Han characters Japanese.</summary>
    internal static WritingScript Of(string name)
    {
        var script = WritingScript.Latin;
        foreach (var letter in name)
        {
            var found = Of(letter);
            if (found == WritingScript.Kana)
                return found;
            if (script == WritingScript.Latin)
                script = found;
        }

        return script;
    }

    /// <summary>By blocks of Unicode; what is no letter counts as Latin, since it says nothing.</summary>
    private static WritingScript Of(char letter) => letter switch
    {
        '\u3005' or '\u3007' => WritingScript.Han,
        _ when !char.IsLetter(letter) => WritingScript.Latin,
        < '\u0370' or (>= '\u1E00' and <= '\u1EFF') => WritingScript.Latin,
        >= '\u0400' and <= '\u052F' => WritingScript.Cyrillic,
        >= '\u0590' and <= '\u05FF' => WritingScript.Hebrew,
        (>= '\u0600' and <= '\u077F') or (>= '\uFB50' and <= '\uFEFF') => WritingScript.Arabic,
        >= '\u0900' and <= '\u097F' => WritingScript.Devanagari,
        >= '\u0E00' and <= '\u0E7F' => WritingScript.Thai,
        >= '\u3040' and <= '\u30FF' => WritingScript.Kana,
        (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF') => WritingScript.Han,
        (>= '\u1100' and <= '\u11FF') or (>= '\uAC00' and <= '\uD7AF') => WritingScript.Hangul,
        _ => WritingScript.Other,
    };
}
