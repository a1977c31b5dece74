using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Stops the appliance before its battery ends: (1) the record, (2) the journal into its database, (3) the service ends with
/// <see cref="ExitCode"/>, by which the unit file switches the board off.
/// </summary>
internal sealed class OrderlyStop(JournalStore journal, IHostApplicationLifetime lifetime, ILogger<OrderlyStop> logger)
{
    /// <summary>The service manager powers the board off when the service ends with it (edge/deploy/edge-checkpoint.service).</summary>
    internal const int ExitCode = 75;

    private int _isBegun;

    internal bool IsBegun => Volatile.Read(ref _isBegun) != 0;

    /// <summary>Begins it once.</summary>
    internal void Begin(string reason)
    {
        if (Interlocked.Exchange(ref _isBegun, 1) != 0)
            return;
        logger.Stopping(reason);
        try
        {
            // 1
            journal.Append(new RecordDraft(Lane.Alerts, RecordKind.StoppedForPower, RecordDraft.Appliance));

            // 2
            journal.Checkpoint();
        }
        catch (SqliteException fault)
        {
            logger.JournalUnwritable(fault.SqliteErrorCode);
        }

        // 3
        lifetime.StopApplication();
    }
}
