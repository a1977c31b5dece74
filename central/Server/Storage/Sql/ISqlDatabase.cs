using System.Data.Common;

namespace EdgeCheckpoint.Central.Storage.Sql;

/// <summary>What a write has to itself. Writes that need less than everything may run beside each other where the engine can.</summary>
/// <param name="Kind">Numbers are keys of PostgreSQL's advisory locks; never reused.</param>
/// <param name="Name">Which one of its kind.</param>
internal readonly record struct WriteScope(int Kind, string Name)
{
    /// <summary>No other write that has everything runs beside it: what the audit's one chain asks for.</summary>
    public static WriteScope Everything { get; } = new(1, "");

    /// <summary>One lane of an appliance: its head is read and moved.</summary>
    public static WriteScope Lane(string applianceId, Guid epoch, int lane) => new(2, $"{applianceId} {epoch} {lane}");

    /// <summary>Destroying by age; goes beside everything but itself, since a day of a large site takes its time.</summary>
    public static WriteScope Retention { get; } = new(7, "");

    /// <summary>Erasing in many lanes, whose locks it takes one after the other; then everything.</summary>
    public static WriteScope ErasingAgain { get; } = new(8, "");

    /// <summary>Rows of a list of documents that no list names yet, or no longer; a million of them go beside everything else.</summary>
    public static WriteScope Documents(string listName) => new(12, listName);

    /// <summary>What is known of one appliance, without an audit line.</summary>
    public static WriteScope Appliance(string applianceId) => new(3, applianceId);

    /// <summary>The same of what the appliance tells again within a minute: ten thousand heartbeats do not wait for a disk each.</summary>
    public static WriteScope ApplianceHealth(string applianceId) => new(3, applianceId) { MayBeLost = true };

    /// <summary>True where an engine that can may answer before the disk has it. What was written before it is never lost by it.</summary>
    public bool MayBeLost { get; init; }
}

/// <summary>
/// An engine under the stores: transactions, and the few things that engines do differently. The stores themselves are written
/// once, in the SQL that both engines speak.
/// </summary>
/// <remarks>Safe for parallel use, and for several processes on one database.</remarks>
internal interface ISqlDatabase : IAsyncDisposable
{
    /// <summary>Tells of commits, of other processes too where the engine can.</summary>
    IStoreSignals Signals { get; }

    /// <summary>Reads in one consistent snapshot.</summary>
    Task<T> ReadAsync<T>(Func<DbTransaction, T> work, CancellationToken cancellationToken);

    /// <summary>Reads in one consistent snapshot for as long as the work takes: a copy of the whole store.</summary>
    Task<T> ReadLongAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Writes in one transaction; durable when the task ends. The work rolls back when it throws.</summary>
    Task<T> WriteAsync<T>(WriteScope scope, Func<DbTransaction, T> work, CancellationToken cancellationToken);

    /// <summary>
    /// Takes more for the rest of a transaction that began with less: lanes before everything, never after it. Before it has changed a row that others may
    /// wait for.
    /// </summary>
    void Lock(DbTransaction transaction, WriteScope scope);

    /// <summary>Inserts the records of a run with keys and terms, as fast as the engine can. None of them is there yet.</summary>
    /// <param name="skip">Records at the beginning of the run that are there already.</param>
    void InsertRecords(DbTransaction transaction, RecordRun run, int skip);

    /// <summary>Inserts rows of another store as they are: numbers, texts, bytes and nothing.</summary>
    void InsertRows(DbTransaction transaction, string table, IReadOnlyList<string> columns, IReadOnlyList<object[]> rows);

    /// <summary>Makes room for what arrived in these months, where the engine keeps months apart.</summary>
    Task EnsureMonthsAsync(IEnumerable<DateTimeOffset> months, CancellationToken cancellationToken);

    /// <summary>Gives back whole months that ended by a time and hold nothing any more, where the engine keeps months apart.</summary>
    void DropEmptyMonths(DbTransaction transaction, DateTimeOffset through);

    /// <summary>A number that differs from the last one read when anybody has committed since.</summary>
    Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken);

    /// <summary>Waits until nobody else signs, and keeps it so until the answer is disposed or this process ends.</summary>
    Task<IAsyncDisposable> HoldSignerAsync(CancellationToken cancellationToken);

    /// <summary>What the engine wants done every few minutes.</summary>
    Task MaintainAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Length of the write-ahead log beside the file, in bytes; 0 where the engine looks after its own.</summary>
    long LogBytes { get; }

    /// <summary>Looks through the whole file, where no checksum of the engine's does; each damage as a sentence.</summary>
    Task<IReadOnlyList<string>> FindDamageAsync(CancellationToken cancellationToken);
}

internal static class SqlDatabases
{
    /// <summary>Writes with everything to itself: the ordinary case.</summary>
    public static Task<T> WriteAsync<T>(this ISqlDatabase database, Func<DbTransaction, T> work, CancellationToken cancellationToken) =>
        database.WriteAsync(WriteScope.Everything, work, cancellationToken);
}
