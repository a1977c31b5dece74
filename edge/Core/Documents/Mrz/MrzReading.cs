using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// What a machine readable zone says, and how well it says it. Syntax (verdicts, problems) and plausibility (expired,
/// dates out of order) are reported apart: an expired passport is read perfectly well.
/// </summary>
/// <remarks>
/// Fields that could not be read are empty or unknown, never guessed; characters a reader marked as unknown stay as
/// marks. Immutable; compared by reference, as no two scans are the same event. Personal data: <see cref="ToString"/>
/// gives only format and verdict, so an instance that slips into a log tells nothing.
/// </remarks>
public sealed class MrzReading
{
    /// <summary>
    /// The layout; <see cref="MrzFormat.Unknown"/> when the lines fit none, and then no field is read.
    /// </summary>
    public required MrzFormat Format { get; init; }

    /// <summary>The lines as given; a null element became an empty line.</summary>
    public required ImmutableArray<string> Lines { get; init; }

    /// <summary>Verdict by field.</summary>
    public MrzVerdicts Verdicts { get; init; }

    /// <summary>Everything found, known deviations included, in the order of the layout.</summary>
    public required ImmutableArray<MrzProblem> Problems { get; init; }

    /// <summary>True when every character, date and check digit follows the letter of Doc 9303.</summary>
    public bool StrictValid => PracticeValid && !Verdicts.Any(FieldVerdict.PracticeVariant);

    /// <summary>
    /// True when nothing is wrong but known deviations of real documents, each named in <see cref="Problems"/>.
    /// </summary>
    public bool PracticeValid => Format != MrzFormat.Unknown && !Verdicts.Any(FieldVerdict.Wrong);

    /// <summary>One or two letters.</summary>
    public string DocumentCode { get; init; } = "";

    /// <summary>One to three letters (Doc 9303-3 §5); Germany is D.</summary>
    public string IssuingState { get; init; } = "";

    /// <summary>The number without filler; long numbers of TD1 and TD2 are put together.</summary>
    public string DocumentNumber { get; init; } = "";

    /// <summary>One to three letters; on the French card, which has no such field, that of its issuer.</summary>
    public string Nationality { get; init; } = "";

    /// <summary>Parts may be unknown. Never later than the inspection: the century is chosen so.</summary>
    public PartialDate BirthDate { get; init; }

    /// <summary>Unknown where the layout has none.</summary>
    public PartialDate ExpiryDate { get; init; }

    /// <summary>'M', 'F', 'X' for unspecified; '?' when it could not be read.</summary>
    public char Sex { get; init; } = UnreadSex;

    /// <summary>Primary identifier, spaces for filler; may be empty.</summary>
    public string Surname { get; init; } = "";

    /// <summary>Secondary identifier, spaces for filler; may be empty.</summary>
    public string GivenNames { get; init; } = "";

    /// <summary>True when a name field is used up to its last character, so that the name may go on.</summary>
    public bool NamesTruncated { get; init; }

    /// <summary>Optional data, or what a long number leaves of it; spaces for filler.</summary>
    public string OptionalData { get; init; } = "";

    /// <summary>Second optional data of TD1; spaces for filler.</summary>
    public string SecondOptionalData { get; init; } = "";

    /// <summary>Plausibility: the last day the expiry date may mean lies before the inspection.</summary>
    public bool IsExpired { get; init; }

    /// <summary>
    /// Plausibility: no century puts the birth before the inspection. Only a badly wrong clock brings it about.
    /// </summary>
    public bool BirthInFuture { get; init; }

    /// <summary>Plausibility: the document expired before its holder was born.</summary>
    public bool ExpiryBeforeBirth { get; init; }

    /// <summary>Stands in <see cref="Sex"/> when nothing was read.</summary>
    public const char UnreadSex = '?';

    public override string ToString() =>
        $"{Format} {(StrictValid ? "strictly valid" : PracticeValid ? "valid in practice" : "not valid")}";
}
