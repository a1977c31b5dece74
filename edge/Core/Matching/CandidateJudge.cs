using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>
/// Decides what one entry is to one traveller: nothing, a weak candidate for the supervisor, or a hit. A name alone never
/// alerts (guardrail 3); nationality and sex corroborate or exclude, and never raise (guardrail 4).
/// </summary>
internal readonly struct CandidateJudge
{
    /// <summary>Least scores of an entry whose document agrees, and of one whose document agrees but for a misreading.</summary>
    private const double ExactDocument = 0.95;
    private const double DocumentVariant = 0.7;

    private readonly MatchQuery _query;
    private readonly MatchThresholds _thresholds;
    private readonly DocumentAgreement _document;
    private readonly char _sex;
    private readonly bool _nationalityAgrees;
    private readonly bool _isPastExpiry;
    private readonly bool _isSilent;
    private readonly int _documentCount;
    private readonly int _nameCount;
    private readonly BirthDateGrade _grade;
    private readonly BirthDateVerdict _birth;

    /// <summary>Takes from the entry what the rules ask for; the entry is not needed afterwards.</summary>
    internal CandidateJudge(
        MatchQuery query, EntryView entry, MatchThresholds thresholds, DateOnly today, bool isClockDoubtful, DocumentAgreement document)
    {
        (_query, _thresholds, _document) = (query, thresholds, document);
        (_sex, _documentCount, _nameCount) = (entry.Sex, entry.DocumentCount, entry.NameCount);
        _nationalityAgrees = query.Nationality.Length > 0 && entry.HasNationality(query.Nationality);
        _isPastExpiry = entry.LapsesOn <= today;
        _isSilent = (_isPastExpiry && !isClockDoubtful) || !entry.Direction.Concerns(query.Direction) || IsCleared(query, entry, today);
        _grade = Grade(query, entry, thresholds.NearYears);
        _birth = _grade switch
        {
            BirthDateGrade.Exact => BirthDateVerdict.Exact,
            BirthDateGrade.DayMonthSwapped => BirthDateVerdict.DayMonthSwapped,
            BirthDateGrade.YearAndMonth or BirthDateGrade.Year => BirthDateVerdict.Compatible,
            BirthDateGrade.Unknown => BirthDateVerdict.Unknown,
            BirthDateGrade.Contradicted => BirthDateVerdict.Contradicted,
            _ => BirthDateVerdict.Near,
        };
    }

    private bool HasDocument => _document == DocumentAgreement.Exact;

    private bool ByBirthDate => _birth is not (BirthDateVerdict.Unknown or BirthDateVerdict.Contradicted);

    /// <summary>Name score from which the date of birth corroborates: the less the dates say, the more the name must.</summary>
    private double AlertBound => _grade switch
    {
        BirthDateGrade.Exact or BirthDateGrade.DayMonthSwapped or BirthDateGrade.YearAndMonth => _thresholds.Alert,
        BirthDateGrade.SameYear or BirthDateGrade.PartlyAgrees => _thresholds.AlertByPart,
        _ => _thresholds.AlertByYear,
    };

    private bool SexContradicts => _query.Sex is 'M' or 'F' && _sex is 'M' or 'F' && _query.Sex != _sex;

    private double NationalityContribution => _nationalityAgrees ? 0.02 : 0;

    private double BirthContribution => _birth switch
    {
        BirthDateVerdict.Exact => 0.05,
        BirthDateVerdict.DayMonthSwapped => 0.02,
        _ => 0,
    };

    /// <summary>The verdict that more people see, then the higher score: another alias never makes an entry match less.</summary>
    internal CandidateVerdict? Best(NameMatch? supported, NameMatch? weak)
    {
        if (_isSilent)
            return null;
        var first = supported is null && weak is not null ? null : Judge(supported);
        var second = weak is null ? null : Judge(weak);
        return first is not { } one || second is not { } other ? first ?? second
            : other.Level < one.Level || (other.Level == one.Level && other.Score > one.Score) ? second : first;
    }

    /// <summary>The candidate in full, with its explanation.</summary>
    /// <param name="entry">What the judge was made for, decoded.</param>
    /// <param name="verdict">What it decided.</param>
    /// <param name="name">The name it decided by; null when only the document speaks.</param>
    internal Candidate Explain(WatchlistEntry entry, in CandidateVerdict verdict, ExplainedName? name)
    {
        var pairs = name?.Pairs ?? [];
        return new Candidate
        {
            Entry = entry,
            Level = verdict.Level,
            Score = verdict.Score,
            MatchedName = name is null ? "" : ListedText(entry, verdict.Match?.Quality ?? NameQuality.Primary, name.ListedTokens),
            MatchedQuality = verdict.Match?.Quality ?? NameQuality.Primary,
            Alignment = pairs,
            Features =
            [
                new("name", Math.Round(verdict.Match?.Score.Score ?? 0, 3)),
                new("date of birth", BirthContribution),
                new("nationality", NationalityContribution),
                new("document", _document switch { DocumentAgreement.Exact => 1, DocumentAgreement.Variant => 0.5, _ => 0 }),
            ],
            BirthDate = _birth,
            DocumentMatches = HasDocument,
            DocumentIsVariant = _document == DocumentAgreement.Variant,
            IsPastExpiry = _isPastExpiry,
            Differences = MatchExplanation.Differences(_query, entry, pairs, _grade, _document, _isPastExpiry),
            Agreements = MatchExplanation.Agreements(_query, entry, pairs, _grade, HasDocument),
        };
    }

    /// <summary>The best grade over all dates of both.</summary>
    private static BirthDateGrade Grade(MatchQuery query, EntryView entry, int nearYears)
    {
        BirthDateGrade? best = null;
        for (var dates = entry.BirthDates; dates.TryRead(out var listed);)
        {
            best = BirthDateGrading.Better(best, Single(query.BirthDate), listed, nearYears);
            foreach (var other in query.OtherBirthDates)
                best = BirthDateGrading.Better(best, Single(other), listed, nearYears);
        }

        return best ?? BirthDateGrade.Unknown;
    }

    private static ListedBirthDate Single(PartialDate date) => new(date, date, IsApproximate: false);

    /// <summary>Document and date of birth of a traveller who was taken for this person before (guardrail 7).</summary>
    private static bool IsCleared(MatchQuery query, EntryView entry, DateOnly today)
    {
        if (query.DocumentNumber.IsEmpty)
            return false;
        for (var travellers = entry.Cleared; travellers.TryRead(out var cleared);)
        {
            if (today < cleared.ExpiresOn
                && cleared.BirthDate.IsComplete && cleared.BirthDate == query.BirthDate
                && DocumentNumber.IsSpelling(cleared.DocumentNumber, query.DocumentNumber.Value)
                && (query.IssuingState.Length == 0 || EntryView.IsText(cleared.IssuingState, query.IssuingState)))
            {
                return true;
            }
        }

        return false;
    }

    private CandidateVerdict? Judge(NameMatch? match)
    {
        if (Level(match) is not { } level)
            return null;
        var evidence = (match?.Score.Score ?? 0) + BirthContribution + NationalityContribution;
        return new CandidateVerdict(
            _isPastExpiry ? CandidateLevel.Weak : level,
            _document switch
            {
                DocumentAgreement.Exact => Math.Max(match?.Score.Score ?? 0, ExactDocument),
                DocumentAgreement.Variant => Math.Max(Math.Clamp(evidence, 0, 1), DocumentVariant),
                _ => Math.Clamp(evidence, 0, 1),
            },
            evidence,
            _documentCount,
            _nameCount,
            match);
    }

    /// <summary>The corroboration rule (guardrail 3): a name alone never alerts.</summary>
    private CandidateLevel? Level(NameMatch? match)
    {
        if (HasDocument)
            return CandidateLevel.Alert;
        // A number that may have been misread corroborates like a date of birth; alone it is for the supervisor.
        if (_document == DocumentAgreement.Variant && !SexContradicts && _birth != BirthDateVerdict.Contradicted)
            return ByBirthDate || match?.Score.Score >= _thresholds.Alert ? CandidateLevel.Alert : CandidateLevel.Weak;
        if (match is not { } found || _birth == BirthDateVerdict.Contradicted || SexContradicts)
            return null;
        var name = found.Score;
        if (ByBirthDate && name.Score >= AlertBound)
            return CandidateLevel.Alert;
        var isFullRareName = name.Score >= _thresholds.FullName && name.Rarity >= _thresholds.RarityBound;
        var bySexToo = _nationalityAgrees && _query.Sex == _sex && _query.Sex is 'M' or 'F' or 'X';
        if (found.Quality != NameQuality.Weak && isFullRareName && bySexToo)
            return CandidateLevel.Alert;
        if (found.Quality == NameQuality.Weak && !ByBirthDate)
            return null;
        // Without a date of birth from the traveller nothing can corroborate or exclude: a person typed in, or a tool.
        var bound = _query.BirthDate.HasYear ? _thresholds.Weak : _thresholds.WeakWithoutDate;
        return name.Score >= bound ? CandidateLevel.Weak : null;
    }

    private static string ListedText(WatchlistEntry entry, NameQuality quality, ImmutableArray<string> tokens)
    {
        var isOnly = entry.Names.Count(name => name.Quality == quality) == 1;
        foreach (var name in entry.Names)
        {
            if (name.Quality != quality)
                continue;
            if (isOnly)
                return name.Text;
            foreach (var reading in NamePreparation.Listed(name.Text))
            {
                if (reading.Select(static token => token.Text).SequenceEqual(tokens))
                    return name.Text;
            }
        }

        return entry.DisplayName;
    }
}

/// <summary>How the traveller's document stands to those of an entry; the greater the better.</summary>
internal enum DocumentAgreement : byte
{
    None,

    /// <summary>The numbers differ by letters and digits that optical recognition takes for one another.</summary>
    Variant,
    Exact,
}

/// <summary>What an entry is to a traveller, before it is put into words.</summary>
/// <param name="Level">Who gets to see it.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Evidence">What the score would be if it could pass 1: tells candidates of one score apart.</param>
/// <param name="Documents">Listed documents: of two records of one person the one that can be checked comes first.</param>
/// <param name="Names">Listed names: then the fuller record, which tells more of the person.</param>
/// <param name="Match">The name; null when only the document speaks.</param>
internal readonly record struct CandidateVerdict(CandidateLevel Level, double Score, double Evidence, int Documents, int Names, NameMatch? Match)
{
    /// <summary>The order in which candidates are shown; equals are told apart by their identifiers.</summary>
    internal static int Compare(in CandidateVerdict left, in CandidateVerdict right) =>
        left.Level != right.Level ? left.Level.CompareTo(right.Level)
        : left.Score != right.Score ? right.Score.CompareTo(left.Score)
        : left.Evidence != right.Evidence ? right.Evidence.CompareTo(left.Evidence)
        : left.Documents != right.Documents ? right.Documents.CompareTo(left.Documents)
        : right.Names.CompareTo(left.Names);
}
