using System.Collections.Immutable;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Decisions;

/// <summary>A reason of a proposal: the code for the record, the sentence for the officer.</summary>
public sealed record ProposalReason(OutcomeCode Code, string Text);

/// <summary>
/// What the appliance proposes: clear or refer, with tiles and reasons. Never a refusal, never more than a proposal
/// (guardrail 1); an unreadable scan or a failed check is never clear.
/// </summary>
public sealed record Proposal(bool IsClear, TileSet Tiles, ImmutableArray<ProposalReason> Reasons)
{
    /// <summary>The proposal and its reasons as record codes, the proposal first.</summary>
    public ImmutableArray<ushort> Codes =>
        [(ushort)(IsClear ? OutcomeCode.ProposedClear : OutcomeCode.ProposedRefer), .. Reasons.Select(static reason => (ushort)reason.Code)];

    private static readonly Tile NotFitted = new(TileState.NotFitted, "not fitted on this appliance");

    /// <summary>Judges one reading.</summary>
    /// <param name="reading">The machine readable zone; null for a person typed in.</param>
    /// <param name="screening">What the matcher found; null when nobody could be screened.</param>
    /// <param name="list">The list in use.</param>
    /// <param name="searchFault">Why what the matcher found cannot be relied on, as a sentence; empty when it can.</param>
    /// <param name="readerTrouble">What was wrong with the message itself, as a sentence; empty when nothing was.</param>
    public static Proposal Of(RepairedReading? reading, ScreeningResult? screening, ListStatus list, string readerTrouble = "", string searchFault = "")
    {
        var reasons = ImmutableArray.CreateBuilder<ProposalReason>();
        var document = DocumentTile(reading, readerTrouble, reasons);
        var lists = ListsTile(screening, list, searchFault, reasons);
        return new Proposal(
            reasons.Count == 0, new TileSet(document, NotFitted, lists, NotFitted), reasons.ToImmutable());
    }

    private static Tile DocumentTile(
        RepairedReading? read, string readerTrouble, ImmutableArray<ProposalReason>.Builder reasons)
    {
        if (read is not { } scan)
        {
            reasons.Add(new ProposalReason(OutcomeCode.ReasonManualEntry, "Typed in by hand: compare with the document."));
            return new Tile(TileState.NotChecked, "typed in, not read");
        }

        var reading = scan.Reading;
        if (reading.Format == MrzFormat.Unknown)
        {
            reasons.Add(new ProposalReason(OutcomeCode.ReasonUnreadable, "Not readable: read again, then enter by hand."));
            return new Tile(TileState.Failed, "not readable");
        }

        var state = TileState.Ok;
        if (readerTrouble.Length > 0)
        {
            reasons.Add(new ProposalReason(OutcomeCode.ReasonReaderTrouble, $"The message of the reader was damaged ({readerTrouble.TrimEnd('.')}): read again."));
            state = TileState.Attention;
        }

        if (scan.IsRepaired)
        {
            var places = string.Join(", ", scan.Repairs.Select(static repair => $"line {repair.Line} column {repair.Column}"));
            reasons.Add(new ProposalReason(OutcomeCode.ReasonRepaired, $"Misread characters were repaired by the check digits ({places}): compare with the document."));
            state = TileState.Attention;
        }

        if (!reading.PracticeValid)
        {
            var problem = reading.Problems.FirstOrDefault();
            var place = problem is null ? "" : $" ({problem.Message}, line {problem.Line}, column {problem.Column})";
            reasons.Add(new ProposalReason(OutcomeCode.ReasonDocumentWrong, $"The machine readable zone is not right{place}."));
            state = TileState.Failed;
        }

        if (reading.BirthInFuture || reading.ExpiryBeforeBirth)
        {
            reasons.Add(new ProposalReason(OutcomeCode.ReasonImplausibleDates, "The dates cannot be right together."));
            state = TileState.Failed;
        }

        if (reading.IssuingStateUnknown || reading.NationalityUnknown)
        {
            var which = reading.IssuingStateUnknown ? "issuer" : "nationality";
            reasons.Add(new ProposalReason(OutcomeCode.ReasonUnknownState, $"The code of the {which} belongs to no State or organisation."));
            state = state == TileState.Failed ? state : TileState.Attention;
        }

        if (reading.IsExpired)
        {
            reasons.Add(new ProposalReason(OutcomeCode.ReasonDocumentExpired, $"The document expired on {reading.ExpiryDate}."));
            state = state == TileState.Failed ? state : TileState.Attention;
        }
        else if (!reading.ExpiryDate.HasYear && reading.PracticeValid)
        {
            reasons.Add(new ProposalReason(OutcomeCode.ReasonExpiryUnknown, "The zone does not say when the document expires: look at the document."));
            state = state == TileState.Failed ? state : TileState.Attention;
        }

        return new Tile(state, state == TileState.Ok ? "check digits agree" : reasons[^1].Text);
    }

    private static Tile ListsTile(
        ScreeningResult? screening, ListStatus list, string searchFault, ImmutableArray<ProposalReason>.Builder reasons)
    {
        // A discreet hit changes nothing at the counter (guardrail 8).
        var visible = screening?.Hits.Count(static hit => !hit.IsDiscreet) ?? 0;
        var reported = screening?.Documents.Alerts.Any(static hit => !hit.IsDiscreet) == true;
        if (screening is null || list.Freshness == ListFreshness.None || !(screening.IsNameCompared || visible > 0 || reported))
        {
            reasons.Add(new ProposalReason(
                OutcomeCode.ReasonListNotChecked,
                list.Freshness == ListFreshness.None ? "There is no readable list: nobody was screened." : "Nobody was screened: the name could not be read."));
            return new Tile(TileState.NotChecked, list.Freshness == ListFreshness.None ? "no readable list" : "not screened");
        }

        var state = TileState.Ok;
        var detail = "no hit";
        if (list.Freshness == ListFreshness.Stale)
        {
            reasons.Add(new ProposalReason(OutcomeCode.ReasonListStale, $"The list is too old ({list})."));
            (state, detail) = (TileState.Attention, "list too old");
        }
        else if (list.Freshness is ListFreshness.Unknown or ListFreshness.Aging)
        {
            (state, detail) = (TileState.Attention, list.Freshness == ListFreshness.Unknown ? "no hit; age of the list unknown" : "no hit; list is aging");
        }

        if (visible > 0)
        {
            reasons.Add(new ProposalReason(
                OutcomeCode.ReasonHit,
                visible == 1 ? "Possible match: verify identity, contact the owner of the entry." : $"{visible} possible matches: verify identity, contact the owners."));
            (state, detail) = (TileState.Attention, visible == 1 ? "1 possible match" : $"{visible} possible matches");
        }

        if (reported)
        {
            reasons.Add(new ProposalReason(OutcomeCode.ReasonDocumentReported, "Document reported stolen or lost: compare its number, contact the owner of the list."));
            (state, detail) = (TileState.Attention, visible == 0 ? "document reported" : $"{detail}; document reported");
        }

        if (searchFault.Length > 0)
        {
            // What it found stays on the screen: a search that misses one may still have found another.
            reasons.Add(new ProposalReason(OutcomeCode.ReasonCheckFailed, searchFault));
            return new Tile(TileState.Failed, visible > 0 || reported ? $"{detail}; the search of the list has failed its test" : "the search of the list has failed its test");
        }

        if (screening.Documents.Problem.Length == 0)
            return new Tile(state, detail);
        reasons.Add(new ProposalReason(
            OutcomeCode.ReasonListNotChecked, $"The number of the document was not checked against those reported stolen or lost: {screening.Documents.Problem}."));
        return new Tile(TileState.NotChecked, visible > 0 || reported ? $"{detail}; document number not checked" : "document number not checked");
    }
}
