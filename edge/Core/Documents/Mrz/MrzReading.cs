using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// What a machine readable zone says, and how well it says it. Syntax (characters, dates), check digits and plausibility
/// (expired, dates out of order, codes of no State) are reported apart: an expired passport is read perfectly well.
/// </summary>
/// <remarks>
/// A small value over the lines it was read from: verdicts are kept, texts and the list of problems are made when asked for,
/// each time anew. Fields that could not be read are empty or unknown, never guessed; characters a reader marked as unknown
/// stay as marks. Immutable. Personal data: <see cref="ToString"/> gives only format and verdict, so an instance that slips
/// into a log tells nothing.
/// </remarks>
public readonly struct MrzReading
{
    /// <summary>Stands in <see cref="Sex"/> when nothing was read.</summary>
    public const char UnreadSex = '?';

    private readonly ImmutableArray<string> _lines;
    private readonly MrzLayout? _layout;
    private readonly MrzFacts _facts;
    private readonly DateOnly _inspection;

    internal MrzReading(ImmutableArray<string> lines, DateOnly inspection, MrzLayout? layout, in MrzFacts facts) =>
        (_lines, _inspection, _layout, _facts) = (lines, inspection, layout, facts);

    /// <summary>
    /// The layout; <see cref="MrzFormat.Unknown"/> when the lines fit none, and then no field is read.
    /// </summary>
    public MrzFormat Format => _layout?.Format ?? MrzFormat.Unknown;

    /// <summary>The lines as given.</summary>
    public ImmutableArray<string> Lines => _lines.IsDefault ? [] : _lines;

    /// <summary>Day the reading was made for.</summary>
    public DateOnly InspectionDate => _inspection;

    /// <summary>Verdict by field.</summary>
    public MrzVerdicts Verdicts => _facts.Verdicts;

    /// <summary>True when every character, date and check digit follows the letter of Doc 9303.</summary>
    public bool StrictValid => PracticeValid && !Verdicts.Any(FieldVerdict.PracticeVariant);

    /// <summary>
    /// True when nothing is wrong but known deviations of real documents, each named in <see cref="Problems"/>.
    /// </summary>
    public bool PracticeValid => _layout is not null && !Verdicts.Any(FieldVerdict.Wrong);

    /// <summary>False when a character, a date or a missing field departs from Doc 9303; check digits do not count.</summary>
    public bool SyntaxValid => _layout is not null && !Has(MrzFindings.SyntaxProblem);

    /// <summary>
    /// False when a check digit is wrong or cannot be computed for a bad character, and for an unknown format.
    /// </summary>
    public bool CheckDigitsValid => _layout is not null && !Has(MrzFindings.CheckDigitProblem);

    /// <summary>Everything found, known deviations included, in the order of the layout.</summary>
    public ImmutableArray<MrzProblem> Problems
    {
        get
        {
            if (_layout is null)
                return [new MrzProblem(MrzProblemCode.UnknownFormat, MrzField.Zone, 0, 0, MrzMessages.For(MrzProblemCode.UnknownFormat))];
            if (!Verdicts.Any(FieldVerdict.Wrong) && !Verdicts.Any(FieldVerdict.PracticeVariant))
                return [];
            var problems = new List<MrzProblem>();
            new MrzFieldReader(_layout, _lines.AsSpan(), _inspection, problems).Read();
            return [.. problems];
        }
    }

    /// <summary>One or two characters, a letter first.</summary>
    public string DocumentCode => Trimmed(MrzField.DocumentCode);

    /// <summary>One to three letters (Doc 9303-3 §5); Germany is D.</summary>
    public string IssuingState => Trimmed(MrzField.IssuingState);

    /// <summary>
    /// The number without filler at its end; long numbers of TD1 and TD2 are put together. A filler inside stands for a space
    /// or another character the MRZ lacks.
    /// </summary>
    public string DocumentNumber =>
        _facts.NumberTail == 0
            ? Trimmed(MrzField.DocumentNumber)
            : string.Concat(Raw(MrzField.DocumentNumber), Raw(MrzField.OptionalData)[..NumberRestLength]);

    /// <summary>One to three letters; on the French card, which has no such field, that of its issuer.</summary>
    public string Nationality =>
        Trimmed(Format == MrzFormat.FrenchIdentityCard ? MrzField.IssuingState : MrzField.Nationality);

    /// <summary>Parts may be unknown. Never later than the inspection: the century is chosen so.</summary>
    public PartialDate BirthDate => _facts.Birth;

    /// <summary>Unknown where the layout has none.</summary>
    public PartialDate ExpiryDate => _facts.Expiry;

    /// <summary>'M', 'F', 'X' for unspecified; '?' when it could not be read.</summary>
    public char Sex => Raw(MrzField.Sex) is [var letter]
        ? letter switch
        {
            'M' or 'F' or 'X' => letter,
            MrzCharacters.Filler => 'X',
            _ => UnreadSex,
        }
        : UnreadSex;

    /// <summary>Primary identifier, spaces for filler; may be empty.</summary>
    public string Surname => MrzNames.Spaced(MrzNames.Primary(Raw(MrzField.Names)));

    /// <summary>Secondary identifier, spaces for filler; may be empty.</summary>
    public string GivenNames => MrzNames.Spaced(
        Format == MrzFormat.FrenchIdentityCard
            ? Text(MrzLayout.FrenchGivenNames)
            : MrzNames.Secondary(Raw(MrzField.Names)));

    /// <summary>
    /// True when a name field is used up to its last character: the last part may be only the beginning of a name, and
    /// others may be shortened too.
    /// </summary>
    public bool NamesTruncated => Has(MrzFindings.NamesMayGoOn);

    /// <summary>Optional data, or what a long number leaves of it, without filler at its end.</summary>
    public string OptionalData => Raw(MrzField.OptionalData)[_facts.NumberTail..].TrimEnd(MrzCharacters.Filler).ToString();

    /// <summary>Second optional data of TD1, without filler at its end.</summary>
    public string SecondOptionalData => Trimmed(MrzField.SecondOptionalData);

    /// <summary>Plausibility: the last day the expiry date may mean lies before the inspection.</summary>
    public bool IsExpired => Has(MrzFindings.Expired);

    /// <summary>
    /// Plausibility: no century puts the birth before the inspection. Only a badly wrong clock brings it about.
    /// </summary>
    public bool BirthInFuture => Has(MrzFindings.BirthInFuture);

    /// <summary>Plausibility: the document expired before its holder was born.</summary>
    public bool ExpiryBeforeBirth => Has(MrzFindings.ExpiryBeforeBirth);

    /// <summary>Plausibility: the issuer's code is in no part of Doc 9303-3 §5.</summary>
    public bool IssuingStateUnknown => Has(MrzFindings.UnknownIssuingState);

    /// <summary>Plausibility: the nationality's code is in no part of Doc 9303-3 §5.</summary>
    public bool NationalityUnknown => Has(MrzFindings.UnknownNationality);

    public override string ToString() =>
        $"{Format} {(StrictValid ? "strictly valid" : PracticeValid ? "valid in practice" : "not valid")}";

    /// <summary>The characters of a field as they stand, filler and all; empty where the layout has no such field.</summary>
    public ReadOnlySpan<char> Raw(MrzField field) => _layout is null ? [] : Text(_layout.Slice(field));

    /// <summary>The check digit of a field as it stands, that of a long number included; '\0' where there is none.</summary>
    public char CheckDigitOf(MrzField field)
    {
        if (_layout is null)
            return '\0';
        if (field == MrzField.DocumentNumber && _facts.NumberTail > 0)
            return Raw(MrzField.OptionalData)[NumberRestLength];
        var place = _layout.DigitOf(field);
        return place.Length == 0 ? '\0' : Text(place)[0];
    }

    /// <summary>The layout, for those who take the lines apart further.</summary>
    internal MrzLayout? Layout => _layout;

    internal bool HasLongNumber => _facts.NumberTail > 0;

    /// <summary>Characters of a long number that lie in the optional data, without check digit.</summary>
    internal int NumberRestLength
    {
        get
        {
            var optional = Raw(MrzField.OptionalData);
            var end = optional.IndexOf(MrzCharacters.Filler);
            return (end < 0 ? optional.Length : end) - 1;
        }
    }

    private bool Has(MrzFindings finding) => (_facts.Findings & finding) != 0;

    private string Trimmed(MrzField field) => Raw(field).TrimEnd(MrzCharacters.Filler).ToString();

    private ReadOnlySpan<char> Text(MrzSlice slice) => _lines[slice.Line].AsSpan(slice.Start, slice.Length);
}
