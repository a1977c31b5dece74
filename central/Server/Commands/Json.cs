using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>What commands write for programs. Names and meanings stay; fields may be added.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One line.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);
}

internal sealed record StaffJson(string Name, string Role, string State);

/// <param name="Passphrase">Null when the caller gave it.</param>
internal sealed record NewStaffJson(string Name, string Role, string? Passphrase);

/// <param name="Secret">Passphrase or PIN; null when the caller gave it.</param>
/// <param name="Badge">Code for the badge; null for an account without one.</param>
internal sealed record NewPersonJson(string StaffNumber, string Role, string? Secret, string? Badge);

internal sealed record PersonJson(string StaffNumber, string Name, string Role, IReadOnlyList<string> Posts, DateOnly? Until, string State, bool IsIssued);

/// <param name="ToSign">File to sign when people hold the keys; null when the accounts are issued.</param>
internal sealed record PeopleIssueJson(long Version, int Accounts, int Appliances, string? ToSign);

internal sealed record AuditVerifiedJson(string End, long AuditLines, int Lanes, long Records, int Approvals);

internal sealed record TicketJson(string TicketId, string Post, string Address, string File, DateTimeOffset ExpiresAt);

internal sealed record ApplianceJson(
    string ApplianceId, string Post, string State, string Fingerprint, string HardwareSerial, DateTimeOffset? LastContact);

/// <param name="Lapsing">Of those changed, the ones that end sooner than they would have.</param>
/// <param name="Differences">Entry by entry; null but in a preview.</param>
/// <param name="ClearedLapsed">Travellers who are cleared no more, since their entry changed.</param>
/// <param name="HeldBack">Entries of the file that were removed by hand, and stay so.</param>
internal sealed record ImportJson(
    string List, bool Imported, int Added, int Changed, int Removed, int Unchanged, int Refused, int LeftOut, int Lapsing, int Notes,
    bool NeedsConfirmation, IReadOnlyList<DifferenceJson>? Differences, int ClearedLapsed, int HeldBack);

/// <param name="Fields">By the words of the CSV form; null for what is added or removed.</param>
/// <param name="Line">Where it stands in the file; null for what the file no longer has.</param>
internal sealed record DifferenceJson(string Kind, string EntryId, IReadOnlyList<string>? Fields, int? Line);

/// <param name="ToSign">File to sign when signatures are missing; null when the list is published.</param>
/// <param name="Suspended">Entries that were left out, expired or unreviewed.</param>
internal sealed record PublishJson(long Version, int Entries, long Bytes, string StateRoot, string? ToSign, int Suspended);

/// <param name="EntryId">Empty for a list of documents.</param>
/// <param name="Due">expiry or review, or documents for a list of them.</param>
internal sealed record DueJson(string EntryId, string List, string LapsesOn, string Due, int DaysLeft, bool IsSuspended);

/// <param name="EntryId">Null when signed copies were brought.</param>
/// <param name="Proposal">The removal that was proposed; null for none.</param>
/// <param name="Suppression">Version of the suppression; null for none.</param>
/// <param name="ToSign">File to sign; null when the suppression is published, or there is none.</param>
internal sealed record DelistJson(string? EntryId, Guid? Proposal, long? Suppression, string? ToSign);

internal sealed record ListJson(string List, string Format, long Entries, DateTimeOffset ImportedAt, DateOnly? ExpiresOn = null);

internal sealed record DocumentWithdrawalJson(string List, string Issuer, string Number, string Reason, DateTimeOffset At, string By);

/// <param name="Rows">Rows of the list that count no more.</param>
/// <param name="Suppression">Version of the suppression; null for none.</param>
/// <param name="ToSign">File to sign; null when the suppression is published, or there is none.</param>
internal sealed record DocumentChangeJson(string List, int Rows, long? Suppression, string? ToSign);

/// <param name="Suppressions">Urgent removals that wait for signatures or were not ratified.</param>
internal sealed record ListStatusJson(
    long ListVersion, int Entries, DateTimeOffset? PublishedAt, IReadOnlyList<ListJson> Lists, IReadOnlyList<ListJson> Documents,
    IReadOnlyList<string> Waiting, IReadOnlyList<SuppressionJson> Suppressions);

internal sealed record ReleaseLogLineJson(long Sequence, string Kind, long Version, Guid ReleaseId, DateTimeOffset PublishedAt);

/// <param name="Problem">What is wrong with the first line that is not whole; null for nothing.</param>
internal sealed record ReleaseLogJson(long Size, string Head, string? Problem, IReadOnlyList<ReleaseLogLineJson> Lines);

/// <param name="Version">The newest it has confirmed; 0 for none.</param>
/// <param name="SplitViews">Versions it had with a content that was never published.</param>
internal sealed record PostReleaseJson(
    string ApplianceId, string Post, long Version, bool HasIt, DateTimeOffset? ConfirmedAt, DateTimeOffset? LastContactAt, IReadOnlyList<long> SplitViews);

/// <param name="Version">Of the suppression; null while it waits for signatures.</param>
internal sealed record SuppressionJson(string EntryId, string OrderedBy, DateTimeOffset LapsesAt, long? Version);

/// <param name="Records">By kind.</param>
/// <param name="Lanes">By lane.</param>
internal sealed record ApplianceStatusJson(
    string ApplianceId,
    string Post,
    string State,
    DateTimeOffset? LastContact,
    long ListVersion,
    long RootVersion,
    long RecordsWaiting,
    IReadOnlyDictionary<string, long> Records,
    IReadOnlyDictionary<string, long> Lanes,
    long EncountersDecided,
    long Forks,
    IReadOnlyDictionary<string, PartJson> Parts);

/// <summary>A part of an appliance by its last heartbeat.</summary>
/// <param name="State">As on the page Posts: ok, attention, failed, not fitted.</param>
internal sealed record PartJson(string State, string Detail);

internal sealed record StatusJson(IReadOnlyList<ApplianceStatusJson> Appliances, long ListVersion, long EncountersDecided);

/// <summary>An opened encounter.</summary>
internal sealed record EncounterJson(
    Guid EncounterId,
    string ApplianceId,
    string Post,
    DateTimeOffset CrossedAt,
    string? Proposal,
    string? Outcome,
    IReadOnlyList<EncounterRecordJson> Records)
{
    public static EncounterJson From(OpenedEncounter encounter) => new(
        encounter.Summary.EncounterId,
        encounter.Summary.ApplianceId,
        encounter.Summary.PostName,
        encounter.Summary.CrossedAt,
        Word(encounter.Summary.Proposal),
        Word(encounter.Summary.Outcome),
        [.. encounter.Records.Select(EncounterRecordJson.From)]);

    private static string? Word(OutcomeCode? code) =>
        code is { } known ? JsonNamingPolicy.SnakeCaseLower.ConvertName(known.ToString()) : null;
}

/// <param name="Sealing">Why there is no personal part; empty when there is, or never was.</param>
internal sealed record EncounterRecordJson(
    string Kind,
    string ActorId,
    string SecondActorId,
    DateTimeOffset At,
    long? ListVersion,
    IReadOnlyList<string> Codes,
    PersonalPart? Personal,
    string Sealing)
{
    public static EncounterRecordJson From(OpenedRecord record) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(record.Header.Kind.ToString()),
        record.Header.ActorId,
        record.Header.SecondActorId,
        Storage.Instant.FromMicroseconds(record.Header.WallUnixMicroseconds),
        record.Header.ListVersion is { } version ? (long)version : null,
        [.. record.Header.OutcomeCodes.Select(static code =>
            JsonNamingPolicy.SnakeCaseLower.ConvertName(((OutcomeCode)code).ToString()))],
        record.Personal,
        record.Sealing);
}
