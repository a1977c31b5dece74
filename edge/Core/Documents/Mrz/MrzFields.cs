namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>What <see cref="MrzWriter"/> writes. Personal data; <see cref="ToString"/> tells nothing.</summary>
public sealed class MrzFields
{
    /// <summary>One or two letters; the first one A, C, I or P.</summary>
    public required string DocumentCode { get; init; }

    /// <summary>One to three letters.</summary>
    public required string IssuingState { get; init; }

    /// <summary>A to Z and 0 to 9; up to 9 characters on TD3, 15 on TD2, 22 on TD1.</summary>
    public required string DocumentNumber { get; init; }

    /// <summary>One to three letters.</summary>
    public required string Nationality { get; init; }

    /// <summary>Unknown parts are written as filler.</summary>
    public required PartialDate BirthDate { get; init; }

    /// <summary>Unknown parts are written as filler.</summary>
    public required PartialDate ExpiryDate { get; init; }

    /// <summary>'M', 'F' or 'X'.</summary>
    public required char Sex { get; init; }

    /// <summary>A to Z; spaces and hyphens become filler, apostrophes go.</summary>
    public required string Surname { get; init; }

    /// <summary>As <see cref="Surname"/>; may be empty.</summary>
    public string GivenNames { get; init; } = "";

    /// <summary>A to Z, 0 to 9, spaces become filler.</summary>
    public string OptionalData { get; init; } = "";

    /// <summary>As <see cref="OptionalData"/>; on TD1 only.</summary>
    public string SecondOptionalData { get; init; } = "";

    public override string ToString() => nameof(MrzFields);
}
