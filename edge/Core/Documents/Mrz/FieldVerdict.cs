namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>Outcome of reading one field.</summary>
public enum FieldVerdict
{
    /// <summary>The layout has no such field, or the field is optional and empty.</summary>
    Absent,

    /// <summary>Characters and check digit follow Doc 9303.</summary>
    Ok,

    /// <summary>A character, a date or the check digit does not fit.</summary>
    Wrong,

    /// <summary>
    /// Departs from the letter of Doc 9303 as real documents are known to; the problem list names how.
    /// </summary>
    PracticeVariant,
}
