using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>An urgent removal by the suppress-only role.</summary>
public sealed record Suppression
{
    public required long Number { get; init; }

    public required string EntryId { get; init; }

    public required string ListName { get; init; }

    public required string Reason { get; init; }

    public required string OrderedBy { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    /// <summary>From then on it is of no effect, ratified or not.</summary>
    public required DateTimeOffset LapsesAt { get; init; }

    /// <summary>The suppression release it is in; null while that waits for signatures.</summary>
    public long? Version { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>The first published watchlist without the entry; null while there is none.</summary>
    public long? RatifiedBy { get; init; }

    /// <summary>When the ratification was written down; null until then.</summary>
    public DateTimeOffset? RatifiedAt { get; init; }

    /// <summary>When it was written down that nobody ratified it in time; null until then.</summary>
    public DateTimeOffset? AlarmedAt { get; init; }

    /// <summary>True while posts are told to do without the entry.</summary>
    public bool IsInForce(DateTimeOffset now) => Version is not null && now < LapsesAt;

    /// <summary>True while it may still be signed.</summary>
    public bool IsWaiting(DateTimeOffset now) => Version is null && now < LapsesAt;

    /// <summary>True when it was in force and ended without a watchlist that does without the entry.</summary>
    public bool IsUnratified(DateTimeOffset now) => Version is not null && RatifiedBy is null && now >= LapsesAt;
}

/// <summary>Urgent removals. Never deleted.</summary>
internal interface ISuppressionStore
{
    /// <summary>All of them, newest first.</summary>
    Task<IReadOnlyList<Suppression>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Orders one, with its step in the entry's history.</summary>
    /// <returns>Its number; null when one of that entry waits or is in force.</returns>
    Task<long?> OrderAsync(Suppression suppression, EntryStep step, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Says in which release they go out; whether it did, the published releases say.</summary>
    Task StageAsync(IReadOnlyList<long> numbers, Guid releaseId, CancellationToken cancellationToken);

    /// <summary>Writes down once that it was ratified; false when that stands there.</summary>
    Task<bool> NoteRatifiedAsync(long number, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Writes down once that it lapsed unratified; false when that stands there.</summary>
    Task<bool> NoteUnratifiedAsync(long number, AuditEvent audit, CancellationToken cancellationToken);
}
