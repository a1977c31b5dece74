using System.Globalization;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>
/// From a scan to an open encounter: (1) read, (2) verify, (3) match, (4) propose, (5) record, (6) show. Each step returns
/// a value. A step that fails never clears: it refers, or asks to read again. What is shown has been journalled before.
/// </summary>
internal sealed class InspectionPipeline(
    InstalledList list,
    JournalStore journal,
    EncounterBook encounters,
    CounterSession session,
    ClockKeeper clock,
    IOptions<InspectionOptions> options,
    ILogger<InspectionPipeline> logger)
{
    private const int ExplanationLengthMax = 800;

    /// <summary>Takes one scan.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The journal cannot be written; nothing is shown as judged.</exception>
    internal void Inspect(DocumentScan scan)
    {
        // 1. Read.
        var now = clock.Read();
        var today = DateOnly.FromDateTime((now.Trusted ?? clock.VerificationTime()).UtcDateTime);
        var read = MrzRepairer.Repair(MrzParser.Parse(scan.Lines, today));
        var reading = read.Reading;
        if (reading.Format == MrzFormat.Unknown)
        {
            ReadAgain(scan);
            return;
        }

        // 2. Verify. 3. Match.
        var person = PersonOf(read);
        var generation = list.Current;
        var earlier = EarlierOf(person, generation?.Metadata.Version);
        if (earlier is not null && IsRepeat(earlier, person, scan))
            return;
        if (earlier is null && IsRepeatOfDecided(person, scan, generation?.Metadata.Version))
            return;
        var screening = TravellerScreening.Screen(generation, TravellerScreening.QueryOf(reading) with { Direction = Direction }, DocumentKind.Of(read), today, now);

        // 4. Propose. 5. Record. 6. Show.
        var status = list.Status(generation, now);
        Conclude(Proposal.Of(read, screening, status, scan.Problem == ScanProblem.None ? "" : scan.ProblemMessage, FaultOf(generation)), screening, status, person, CrossingFlag, earlier);
    }

    /// <summary>Takes a person typed in, with the same screening. Journalled before the result is shown (guardrail 10).</summary>
    internal void InspectManual(PersonalPart typed, MatchQuery query)
    {
        var now = clock.Read();
        var today = DateOnly.FromDateTime((now.Trusted ?? clock.VerificationTime()).UtcDateTime);
        var generation = list.Current;
        var screening = TravellerScreening.Screen(generation, query with { Direction = Direction }, DocumentKind.Typed, today, now);
        var status = list.Status(generation, now);
        Conclude(Proposal.Of(reading: null, screening, status, searchFault: FaultOf(generation)), screening, status, typed, RecordFlags.ManualEntry | CrossingFlag);
    }

    /// <summary>
    /// Takes a person from the paper list of an outage, with the same screening, by today's list. The record is of now; when the traveller
    /// crossed stands beside it, by the word of whoever enters it. Which way is not known, so that entries of both ways match.
    /// </summary>
    internal void InspectBackEntry(PersonalPart typed, MatchQuery query, DateTimeOffset crossedAt)
    {
        var now = clock.Read();
        var today = DateOnly.FromDateTime((now.Trusted ?? clock.VerificationTime()).UtcDateTime);
        var generation = list.Current;
        var screening = TravellerScreening.Screen(generation, query, DocumentKind.Typed, today, now);
        var status = list.Status(generation, now);
        Conclude(
            Proposal.Of(reading: null, screening, status, searchFault: FaultOf(generation)), screening, status, typed, RecordFlags.ManualEntry | RecordFlags.BackEntered,
            crossedUnixMicroseconds: ClockReading.ToUnixMicroseconds(crossedAt));
    }

    /// <summary>A list whose specimen is not found clears nobody, and goes on being searched.</summary>
    private static string FaultOf(ListGeneration? generation) => generation?.Proof.State == ProofState.Missed
        ? "The self-test of the list failed: a listed person may not have been found. Refer to second line and call the technician."
        : "";

    private void ReadAgain(DocumentScan scan)
    {
        journal.Append(new RecordDraft(Lane.Audit, RecordKind.UnreadableScan, Actor) { OutcomeCodes = [(ushort)OutcomeCode.ReasonUnreadable] });
        logger.ScanUnreadable(scan.Lines.Length, scan.Problem);
        var why = scan.ProblemMessage.Length > 0 ? $" ({scan.ProblemMessage.TrimEnd('.')})" : "";
        encounters.Notify($"READ AGAIN: the scan has {Lines(scan.Lines.Length)} that fit no document{why}. Nobody was checked by it.", isUrgent: true);
    }

    /// <summary>
    /// The open encounter of the same document. An open verdict stands only as long as its list does: after a new one the
    /// document is screened as a new encounter.
    /// </summary>
    private OpenEncounter? EarlierOf(PersonalPart person, ulong? listVersion) =>
        encounters.FindSameDocument(OpenEncounter.KeyOf(person), listVersion);

    /// <summary>
    /// True when the scan says just what the earlier one said. A better reading, or a worse one, is judged again: "read
    /// again" must be able to help, and must not be able to hide anything.
    /// </summary>
    private bool IsRepeat(OpenEncounter earlier, PersonalPart person, DocumentScan scan)
    {
        if (!SaysTheSame(earlier, person, scan))
            return false;
        encounters.BringForward(earlier);
        encounters.Notify("The same document again: its encounter is open below.", isUrgent: false);
        return true;
    }

    private bool IsRepeatOfDecided(PersonalPart person, DocumentScan scan, ulong? listVersion)
    {
        var window = TimeSpan.FromSeconds(options.Value.RepeatSeconds);
        if (encounters.FindDecided(OpenEncounter.KeyOf(person), listVersion, window) is not { } decided || !SaysTheSame(decided, person, scan))
            return false;
        encounters.Reopen(decided);
        journal.Append(new RecordDraft(Lane.Audit, RecordKind.Viewed, Actor) { EncounterId = decided.Id });
        encounters.Notify("The same document again: it was decided a moment ago. Its encounter is below: leave it as it is, or decide anew.", isUrgent: false);
        return true;
    }

    private static bool SaysTheSame(OpenEncounter earlier, PersonalPart person, DocumentScan scan) =>
        earlier.Person.MrzText == person.MrzText
        && earlier.Verdict.OutcomeCodes.Contains((ushort)OutcomeCode.ReasonReaderTrouble) == (scan.Problem != ScanProblem.None);

    private void Conclude(
        Proposal proposal, ScreeningResult? screening, ListStatus status, PersonalPart person, RecordFlags flags, OpenEncounter? earlier = null,
        long? crossedUnixMicroseconds = null)
    {
        var full = Complete(person, proposal, screening);
        // A new reading of one document is a new verdict of one encounter; but a hit that was shown keeps its own until
        // somebody has dealt with it.
        var replaced = earlier is { HasHits: false } ? earlier : null;
        var encounterId = replaced?.Id ?? Guid.NewGuid();
        var verdict = new RecordDraft(Lane.Encounters, RecordKind.EncounterVerdict, Actor)
        {
            EncounterId = encounterId,
            RelatedRecordId = earlier?.Verdict.RecordId,
            OutcomeCodes = [.. proposal.Codes, .. TileCodes.Of(proposal.Tiles)],
            Nationality = person.Nationality,
            Sex = person.Sex is [var sex] ? sex : '\0',
            AgeBand = AgeBands.Of(person.BirthDate, clock.Read().Wall),
            ListVersion = status.Version,
            ListAgeSeconds = status.Age is { } age ? (long)age.TotalSeconds : null,
            Flags = flags | FlagsOf(status),
            RulesVersion = screening?.RulesVersion ?? "",
            CrossedUnixMicroseconds = crossedUnixMicroseconds,
            Personal = full,
        };
        RecordDraft[] drafts = [verdict, .. HitDrafts(verdict, screening, full)];
        var headers = journal.Append(drafts);
        logger.EncounterJudged(encounterId, proposal.IsClear, status.Version);
        encounters.Add(new OpenEncounter(headers[0], full, IsResumed: false));
        if (replaced is not null)
            encounters.Notify("Read again: this reading has replaced the earlier one.", isUrgent: false);
        else if (earlier is not null)
            encounters.Notify("Read differently: the earlier reading had a possible match and stays open beside this one.", isUrgent: true);
    }

    /// <summary>A hit of its own in lane 0, for each hit; discreet ones are marked.</summary>
    private static IEnumerable<RecordDraft> HitDrafts(RecordDraft verdict, ScreeningResult? screening, PersonalPart full)
    {
        foreach (var hit in screening?.Hits ?? [])
        {
            yield return verdict with
            {
                Lane = Lane.Alerts,
                Kind = RecordKind.Hit,
                RecordId = Guid.NewGuid(),
                RelatedRecordId = verdict.RecordId,
                OutcomeCodes = [],
                Flags = verdict.Flags | (hit.IsDiscreet ? RecordFlags.Discreet : RecordFlags.None),
                Personal = Only(full, hit.Entry.EntryId),
            };
        }

        foreach (var hit in screening?.Documents.Alerts ?? [])
        {
            yield return verdict with
            {
                Lane = Lane.Alerts,
                Kind = RecordKind.Hit,
                RecordId = Guid.NewGuid(),
                RelatedRecordId = verdict.RecordId,
                OutcomeCodes = [(ushort)OutcomeCode.ReasonDocumentReported],
                Flags = verdict.Flags | (hit.IsDiscreet ? RecordFlags.Discreet : RecordFlags.None),
                Personal = Only(full, hit.EntryId),
            };
        }
    }

    private static PersonalPart Only(PersonalPart full, string entryId) => full with
    {
        Reasons = "",
        Note = "",
        Candidates = [.. full.Candidates.Where(candidate => candidate.EntryId == entryId)],
    };

    private static PersonalPart Complete(PersonalPart person, Proposal proposal, ScreeningResult? screening) => person with
    {
        Reasons = string.Join('\n', proposal.Reasons.Select(static reason => reason.Text)),
        // The document first: it is what the officer holds in hand.
        Candidates = [.. (screening?.Documents.Hits ?? []).Select(Describe), .. (screening?.Candidates ?? []).Select(Describe)],
    };

    private static PersonalCandidate Describe(ReportedDocument hit) => new(
        hit.EntryId,
        hit.IsAlert ? "alert" : "weak",
        hit.Changes == 0 ? "1.000" : "0.700",
        "",
        hit.List.Name,
        hit.List.Action.ToString(),
        Short(string.Join('\n', hit.Differences)),
        Short(string.Join('\n', hit.Agreements)))
    {
        Kind = PersonalCandidate.DocumentKind,
    };

    private static PersonalCandidate Describe(Candidate candidate) => new(
        candidate.Entry.EntryId,
        candidate.Level == CandidateLevel.Alert ? "alert" : "weak",
        candidate.Score.ToString("0.000", CultureInfo.InvariantCulture),
        candidate.MatchedName,
        candidate.Entry.ListName,
        candidate.Entry.Action.ToString(),
        Short(string.Join('\n', candidate.Differences)),
        Short(string.Join('\n', candidate.Agreements)))
    {
        CourtReference = Short(candidate.Entry.CourtReference),
        Supervisor = Short(candidate.Entry.Supervisor),
        Mark = candidate.Entry.IsIdentifying ? "" : WatchlistEntry.WeaklyIdentified,
    };

    /// <summary>A record must fit a batch whatever a list writes: an entry with a hundred documents is not explained in full.</summary>
    private static string Short(string text) => text.Length <= ExplanationLengthMax ? text : text[..ExplanationLengthMax] + "…";

    /// <summary>The lines as they were read, beside the fields as repair left them.</summary>
    private static PersonalPart PersonOf(RepairedReading read) => new()
    {
        MrzText = string.Join('\n', read.AsRead.Lines),
        DocumentCode = read.Reading.DocumentCode,
        IssuingState = read.Reading.IssuingState,
        DocumentNumber = read.Reading.DocumentNumber,
        Surname = read.Reading.Surname,
        GivenNames = read.Reading.GivenNames,
        Nationality = read.Reading.Nationality,
        BirthDate = read.Reading.BirthDate.ToString(),
        ExpiryDate = read.Reading.ExpiryDate.ToString(),
        Sex = read.Reading.Sex == MrzReading.UnreadSex ? "" : read.Reading.Sex.ToString(),
    };

    private static RecordFlags FlagsOf(ListStatus status) => status.Freshness switch
    {
        ListFreshness.None => RecordFlags.NoList,
        ListFreshness.Stale => RecordFlags.StaleList,
        _ => RecordFlags.None,
    };

    private static string Lines(int count) => count switch { 0 => "no lines", 1 => "1 line", _ => $"{count} lines" };

    private CrossingDirection Direction => options.Value.Direction;

    private RecordFlags CrossingFlag => Direction switch
    {
        CrossingDirection.Entry => RecordFlags.AtEntry,
        CrossingDirection.Exit => RecordFlags.AtExit,
        _ => RecordFlags.None,
    };

    private string Actor => session.Working?.StaffNumber ?? RecordDraft.Appliance;
}
