using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>What kind of document is looked up, and whether a check digit vouches for its number.</summary>
internal readonly record struct DocumentKind(DocumentClass Class, bool IsProven)
{
    /// <summary>A number that was typed in.</summary>
    internal static DocumentKind Typed { get; } = new(DocumentClass.Unstated, false);

    /// <summary>A number counts as it was read, not as it was repaired.</summary>
    internal static DocumentKind Of(RepairedReading read) => new(
        DocumentClasses.FromDocumentCode(read.Reading.DocumentCode),
        read.Reading.Verdicts[MrzField.DocumentNumber] == FieldVerdict.Ok && !read.Repairs.Any(static repair => repair.Field == MrzField.DocumentNumber));
}

/// <summary>Compares one traveller with a generation of the list. Travellers and the specimen of the self-test take the same way.</summary>
internal static class TravellerScreening
{
    /// <summary>What of a machine readable zone is compared.</summary>
    internal static MatchQuery QueryOf(MrzReading reading) => new()
    {
        Surname = reading.Surname,
        GivenNames = reading.GivenNames,
        IsTruncated = reading.NamesTruncated,
        BirthDate = reading.BirthDate,
        Nationality = reading.Nationality,
        Sex = reading.Sex == MrzReading.UnreadSex ? '\0' : reading.Sex,
        DocumentNumber = DocumentNumber.Parse(reading.DocumentNumber),
        // A clearance is for one document of one issuer.
        IssuingState = reading.IssuingState,
    };

    /// <summary>
    /// Screens a traveller: null when there is no list. Where no part of the name can be compared, what the number of the document found is
    /// recorded all the same, and shown unless it is discreet. The specimen of the self-test is nobody's hit.
    /// </summary>
    internal static ScreeningResult? Screen(ListGeneration? generation, MatchQuery query, DocumentKind document, DateOnly today, ClockReading now)
    {
        if (generation is null)
            return null;
        var screening = ScreenAll(generation, query, document, today, now);
        return screening.Candidates.Any(static candidate => candidate.Entry.EntryId == ListSpecimen.EntryId)
            ? screening with { Candidates = [.. screening.Candidates.Where(static candidate => candidate.Entry.EntryId != ListSpecimen.EntryId)] }
            : screening;
    }

    /// <summary>The same with the specimen.</summary>
    internal static ScreeningResult ScreenAll(ListGeneration generation, MatchQuery query, DocumentKind document, DateOnly today, ClockReading now)
    {
        var screening = generation.Matcher.Screen(query, today, now.Trusted is null);
        if (Check(generation, query, document, today, now) is var check && check != DocumentCheck.Nothing)
            screening = screening with { Documents = check };
        GC.KeepAlive(generation);
        return WatchlistMatcher.CanCompare(query) ? screening : screening with { IsNameCompared = false };
    }

    /// <summary>
    /// A passport is issued by the State of which it names its holder a national, as a rule: where nobody says who issued it, or a code that
    /// belongs to nobody was read, that must do.
    /// </summary>
    private static DocumentCheck Check(ListGeneration generation, MatchQuery query, DocumentKind document, DateOnly today, ClockReading now)
    {
        var reported = generation.Documents;
        if (reported.Problem.Length > 0)
            return DocumentCheck.NotMade(reported.Problem);
        if (reported.Register is not { } register)
            return DocumentCheck.Nothing;
        var isIssuerReadable = query.IssuingState.Length == 0 || StateCodes.IsKnown(query.IssuingState);
        var check = register.Search(
            query.IssuingState.Length > 0 && isIssuerReadable ? query.IssuingState : query.Nationality, document.Class, query.DocumentNumber, document.IsProven, today, now.Trusted is null, generation.Suppressed);

        // By a doubtful clock nobody can tell what has ended since; what had ended when the release was made is not in it.
        if (now.Trusted is null && check.Problem.Length == 0
            && register.LapseOn(DateOnly.FromDateTime(ClockReading.FromUnixMicroseconds(generation.Metadata.IssuedAtUnixMicroseconds).UtcDateTime)) is { Length: > 0 } lapse)
        {
            check = check with { Problem = lapse };
        }

        if (!isIssuerReadable && check.Problem.Length == 0 && register.Count > 0)
            check = check with { Problem = "the code of its issuer belongs to nobody, so that its number was not compared with all that are listed" };
        return check;
    }
}
