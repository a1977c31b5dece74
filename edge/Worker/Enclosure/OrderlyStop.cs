using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Stops the appliance before its battery ends: (1) the record, (2) the journal into its database, (3) the service ends with
/// <see cref="ExitCode"/>, by which the unit file switches the board off. A card that hangs does not hold up the end: what it did not take is not
/// acknowledged, and the battery would end in the middle of everything.
/// </summary>
internal sealed class OrderlyStop(JournalStore journal, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<OrderlyStop> logger)
{
    /// <summary>The service manager powers the board off when the service ends with it (edge/deploy/edge-checkpoint.service).</summary>
    internal const int ExitCode = 75;

    /// <summary>Longest that steps 1 and 2 are waited for. A slow card takes a second.</summary>
    internal static readonly TimeSpan CardTime = TimeSpan.FromSeconds(10);

    /// <summary>Longest that the program then takes to end by itself: the host waits ten seconds for its services, and closing the journal may hang too.</summary>
    internal static readonly TimeSpan ProgramTime = TimeSpan.FromSeconds(20);

    private int _isBegun;

    internal bool IsBegun => Volatile.Read(ref _isBegun) != 0;

    /// <summary>Ends the program as it is; a test has its own way.</summary>
    internal Action<int> Exit { get; init; } = Environment.Exit;

    /// <summary>Done once the service was asked to stop.</summary>
    internal Task Asked { get; private set; } = Task.CompletedTask;

    /// <summary>Done once the program was ended by force, which one that stops by itself does not live to see.</summary>
    internal Task Forced { get; private set; } = Task.CompletedTask;

    /// <summary>Begins it once, and does not wait.</summary>
    internal void Begin(string reason)
    {
        if (Interlocked.Exchange(ref _isBegun, 1) != 0)
            return;
        logger.Stopping(reason);
        Asked = AskAsync(Task.Run(Save), Task.Delay(CardTime, time));
        Forced = ForceAsync(Task.Delay(CardTime + ProgramTime, time));
    }

    private void Save()
    {
        try
        {
            // 1
            journal.Append(new RecordDraft(Lane.Alerts, RecordKind.StoppedForPower, RecordDraft.Appliance));

            // 2
            journal.Checkpoint();
        }
        catch (SqliteException fault)
        {
            logger.RecordNotWritten(fault.SqliteErrorCode);
        }
    }

    private async Task AskAsync(Task saved, Task patience)
    {
        if (await Task.WhenAny(saved, patience) != saved)
            logger.CardHangs(CardTime.TotalSeconds);

        // 3
        lifetime.StopApplication();
    }

    private async Task ForceAsync(Task patience)
    {
        await patience;
        logger.EndedByForce();
        Exit(ExitCode);
    }
}
