using System.Globalization;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Values in words, as staff read them. All times are UTC and say so.</summary>
public static class Wording
{
    private static readonly string[] ClockWords = ["not reported", "doubtful", "held", "confirmed"];

    private static readonly string[] PartWords = ["not reported", "ok", "attention", "failed", "not fitted"];

    public static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An age in its largest unit.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, (int)age.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)age.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} days",
    };

    public static string Offset(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? "−" : "+")}{offset.Duration().TotalSeconds:0.0} s");

    public static string Clock(int quality) => Word(ClockWords, quality);

    public static string Part(int state) => Word(PartWords, state);

    public static string State(ApplianceState state) => state switch
    {
        ApplianceState.Pending => "waits for approval",
        ApplianceState.Active => "active",
        ApplianceState.Revoked => "revoked",
        ApplianceState.Quarantined => "in quarantine",
        _ => state.ToString(),
    };

    /// <summary>Where a proposal about an entry stands.</summary>
    public static string Standing(EntryProposal proposal) => proposal.State switch
    {
        ApprovalState.Approved => $"approved by {proposal.ClosedBy}",
        ApprovalState.Refused when proposal.Review == EntryReview.Returned => $"returned by {proposal.Reviewer}",
        ApprovalState.Refused when proposal.ClosedBy == proposal.Proposer => "taken back",
        ApprovalState.Refused => $"refused by {proposal.ClosedBy}",
        _ => proposal.Review == EntryReview.Passed ? "waits for approval" : "waits for the legal review",
    };

    public static string Step(EntryStepKind kind) => kind == EntryStepKind.Suppressed ? "ordered to go at once" : Spaced(kind.ToString());

    /// <summary>Where an urgent removal stands.</summary>
    public static string Standing(Suppression suppression, DateTimeOffset now) =>
        suppression.RatifiedBy is { } version ? $"ratified by watchlist version {version}"
        : suppression.IsWaiting(now) ? $"waits for two signatures, until {Time(suppression.LapsesAt)}"
        : suppression.IsInForce(now) ? $"in force until {Time(suppression.LapsesAt)}, not ratified yet"
        : suppression.IsUnratified(now) ? $"lapsed {Time(suppression.LapsesAt)} without being ratified: the entry matches again"
        : "never signed";

    /// <summary>A code as words: "HitNotSamePerson" becomes "hit not same person".</summary>
    public static string Code(OutcomeCode? code) => code is { } known ? Spaced(known.ToString()) : "–";

    public static string Kind(RecordKind kind) => Spaced(kind.ToString());

    public static string Codes(RecordHeader header) =>
        string.Join(", ", header.OutcomeCodes.Where(static code => !TileCodes.IsTile(code)).Select(static code => Code((OutcomeCode)code)));

    /// <summary>What the officer saw on the four tiles.</summary>
    public static string Tiles(RecordHeader header)
    {
        var tiles = TileCodes.Read(header.OutcomeCodes);
        return $"document {Spaced(tiles.Document.State.ToString())}, chip {Spaced(tiles.Chip.State.ToString())}, "
            + $"lists {Spaced(tiles.Lists.State.ToString())}, stay {Spaced(tiles.Stay.State.ToString())}";
    }

    public static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Spaced(string word) =>
        string.Concat(word.Select(static (c, i) => char.IsUpper(c) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(c) : c.ToString()));

    private static string Word(string[] words, int index) => index >= 0 && index < words.Length ? words[index] : "not known";
}
