namespace EdgeCheckpoint.Documents.Transliteration;

/// <summary>Languages for which the Cyrillic table has exceptions (Doc 9303-3 §6 B).</summary>
public enum CyrillicLanguage
{
    /// <summary>No exception applies.</summary>
    Other,
    Belarusian,
    Bulgarian,
    Macedonian,
    Serbian,
    Ukrainian,
}
