using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>What the page of the lists shows.</summary>
/// <param name="NewestVersion">Newest published version; 0 for none.</param>
/// <param name="SuspendedCount">Entries that are expired or unreviewed today.</param>
/// <param name="DueCount">Entries that end within the longest warning.</param>
/// <param name="Documents">Lists of stolen, lost and invalidated documents, with the days left and how many are withdrawn by hand.</param>
/// <param name="WaitingFiles">Files in the import folder that wait for a confirmation, by name.</param>
public sealed record WatchlistsView(
    IReadOnlyList<ImportedList> Lists,
    long NewestVersion,
    int SuspendedCount,
    int DueCount,
    int HeldCount,
    IReadOnlyList<EntryProposal> Open,
    IReadOnlyList<Suppression> Suppressions,
    IReadOnlyList<DocumentListRow> Documents,
    IReadOnlyList<string> WaitingFiles);

/// <summary>A list of documents among others.</summary>
/// <param name="DaysLeft">0 and less for one that has ended.</param>
public sealed record DocumentListRow(string Name, long RowCount, DateOnly ExpiresOn, int DaysLeft, int WithdrawnCount, DateTimeOffset ImportedAt, string ImportedBy);

/// <summary>An entry among others.</summary>
public sealed record EntryRow(WatchlistEntry Entry, bool IsHeld, bool IsSuspended);

/// <summary>A step of an entry's history, and the first version that has it.</summary>
/// <param name="PublishedIn">Null for a step that changes nothing, and while no version has it.</param>
public sealed record EntryStepRow(EntryStep Step, long? PublishedIn);

/// <summary>What the page of an entry shows.</summary>
/// <param name="Entry">Null when it is no longer listed.</param>
/// <param name="Progress">Of each release that takes it away, the newest first.</param>
public sealed record EntryDetails(
    string EntryId,
    WatchlistEntry? Entry,
    bool IsByHand,
    bool IsHeld,
    DueEntry? Due,
    IReadOnlyList<EntryStepRow> History,
    IReadOnlyList<Suppression> Suppressions,
    IReadOnlyList<DelistingProgress> Progress,
    IReadOnlyList<LikelyDuplicate> Duplicates);

/// <summary>What the page of a proposal shows.</summary>
/// <param name="Fault">What has come to stand against it since; empty for nothing.</param>
/// <param name="ReviewObjection">Why the reader may not review it; empty when they may.</param>
/// <param name="ApprovalObjection">Why the reader may not approve it; empty when they may.</param>
public sealed record ProposalView(
    EntryProposal Proposal,
    Approval Approval,
    string Fault,
    string ReviewObjection,
    string ApprovalObjection,
    bool MayRefuse,
    IReadOnlyList<LikelyDuplicate> Duplicates);
