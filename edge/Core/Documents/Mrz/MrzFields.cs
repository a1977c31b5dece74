namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>What <see cref="MrzWriter"/> writes. Personal data; <see cref="ToString"/> tells nothing.</summary>
/// <remarks>Small letters count as capitals, and filler at the end of a field may be given or left out.</remarks>
public sealed class MrzFields
{
    /// <summary>
    /// One or two letters; the first one P on TD3, V on visas, A, C, I or P on cards; ID on the French card.
    /// </summary>
    public required string DocumentCode { get; init; }

    /// <summary>One to three letters; FRA on the French card.</summary>
    public required string IssuingState { get; init; }

    /// <summary>
    /// A to Z and 0 to 9, spaces and special characters become filler; up to 9 characters on TD3 and visas, 14 on TD2,
    /// 22 on TD1, 12 on the French card.
    /// </summary>
    public required string DocumentNumber { get; init; }

    /// <summary>One to three letters; the French card has no place for it.</summary>
    public required string Nationality { get; init; }

    /// <summary>Unknown parts are written as filler.</summary>
    public required PartialDate BirthDate { get; init; }

    /// <summary>Unknown parts are written as filler; the French card has no place for it.</summary>
    public required PartialDate ExpiryDate { get; init; }

    /// <summary>
    /// The six characters of the date of birth as they shall stand, where <see cref="BirthDate"/> cannot say them, such as a
    /// known day of an unknown year; empty otherwise.
    /// </summary>
    public string BirthDateText { get; init; } = "";

    /// <summary>As <see cref="BirthDateText"/>.</summary>
    public string ExpiryDateText { get; init; } = "";

    /// <summary>'M', 'F', or 'X' or filler for unspecified.</summary>
    public required char Sex { get; init; }

    /// <summary>
    /// Primary identifier in Latin, Cyrillic or Arabic script. May be empty when there are given names: a name of one
    /// part is written as the primary identifier.
    /// </summary>
    public required string Surname { get; init; }

    /// <summary>Secondary identifier; may be empty.</summary>
    public string GivenNames { get; init; } = "";

    /// <summary>
    /// A to Z, 0 to 9, filler; spaces and special characters become filler. On the French card department and office of
    /// issue. A long number takes some of its room.
    /// </summary>
    public string OptionalData { get; init; } = "";

    /// <summary>As <see cref="OptionalData"/>; on TD1 only.</summary>
    public string SecondOptionalData { get; init; } = "";

    public override string ToString() => nameof(MrzFields);
}
