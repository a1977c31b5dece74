namespace EdgeCheckpoint.Documents.Transliteration;

/// <summary>When another text than the usual one is written; the names of the data files stand behind each.</summary>
internal enum TransliterationCase
{
    /// <summary>"plain": the base letter is asked for instead of the expanded form.</summary>
    Plain,

    /// <summary>"escaped": the form marked with X is asked for.</summary>
    Escaped,

    /// <summary>"be".</summary>
    Belarusian,

    /// <summary>"bg".</summary>
    Bulgarian,

    /// <summary>"mk".</summary>
    Macedonian,

    /// <summary>"sr".</summary>
    Serbian,

    /// <summary>"uk".</summary>
    Ukrainian,

    /// <summary>"uk-first": Ukrainian, and the character begins a name component.</summary>
    UkrainianFirst,

    /// <summary>"final": the character ends a name component.</summary>
    Final,
}

/// <summary>One line of the data files.</summary>
/// <param name="Characters">The character and, where there is one, its lower case.</param>
/// <param name="Parts">Base character and combining mark of the same meaning; empty when there are none.</param>
/// <param name="Mrz">A to Z; empty for a character that is not written; <see cref="Doubling"/>.</param>
/// <param name="Exceptions">What is written instead in the cases named.</param>
internal sealed record TransliterationRow(
    string Characters, string Parts, string Mrz, params (TransliterationCase Case, string Mrz)[] Exceptions)
{
    /// <summary>Stands for the text of a mark that repeats what was written for the letter before it.</summary>
    public const string Doubling = "double";

    /// <summary>The character itself, upper case where there is one.</summary>
    public char Head => Characters[0];
}
