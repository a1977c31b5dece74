namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Fields of a machine readable zone. A field's verdict covers its characters and its own check digit.
/// </summary>
public enum MrzField
{
    /// <summary>No single field: the number or length of the lines.</summary>
    Zone,
    DocumentCode,
    IssuingState,
    DocumentNumber,
    Nationality,
    BirthDate,
    ExpiryDate,
    Sex,
    Names,

    /// <summary>Optional data; on the French card the department and office of issue.</summary>
    OptionalData,

    /// <summary>Second optional data, on TD1 only.</summary>
    SecondOptionalData,

    /// <summary>Check digit over several fields; visas have none.</summary>
    CompositeCheckDigit,
}
