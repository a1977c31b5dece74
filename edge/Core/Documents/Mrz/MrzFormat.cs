namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>Layout of a machine readable zone, told by number and length of its lines and the document code.</summary>
public enum MrzFormat
{
    /// <summary>No known layout fits; nothing was read.</summary>
    Unknown,

    /// <summary>Card, 3 lines of 30 (Doc 9303-5 §4.2).</summary>
    Td1,

    /// <summary>Card, 2 lines of 36 (Doc 9303-6 §4.2).</summary>
    Td2,

    /// <summary>Passport booklet, 2 lines of 44 (Doc 9303-4 §4.2).</summary>
    Td3,

    /// <summary>Visa, 2 lines of 44 (Doc 9303-7, MRV-A).</summary>
    MrvA,

    /// <summary>Visa, 2 lines of 36 (Doc 9303-7, MRV-B).</summary>
    MrvB,

    /// <summary>
    /// French identity card issued until 2021, 2 lines of 36 in a national layout; not a Doc 9303 document.
    /// </summary>
    FrenchIdentityCard,
}
