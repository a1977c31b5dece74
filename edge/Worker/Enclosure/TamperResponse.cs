using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// What an opened enclosure sets off: (1) the latch, on the card, (2) by the post's policy, the wrapped content keys on the card are destroyed, (3) keys,
/// list and travellers are dropped from memory and the counter is locked, (4) the records: the alert, and the destruction once it is done. A power cut
/// anywhere between ends in the same at the next start.
/// </summary>
/// <remarks>Safe for parallel use: loop and lid may open at once.</remarks>
internal sealed class TamperResponse(
    TamperLatch latch,
    ContentKeyDestruction destruction,
    LeaseHold hold,
    KeyCustody custody,
    JournalStore journal,
    ClockKeeper clock,
    IOptions<EnclosureOptions> options,
    ILogger<TamperResponse> logger)
{
    private volatile bool _isDue;

    /// <summary>Raised when there is something to journal.</summary>
    internal event Action? Tripped;

    /// <summary>True while an opening, or a destruction, is not finished and journalled.</summary>
    internal bool HasMoreToTell => !latch.IsTold || _isDue || destruction.IsBegun || destruction.IsDone;

    /// <summary>What is still to be done of an opening before this start, without its records.</summary>
    internal void Resume()
    {
        if (destruction.IsBegun || (latch.IsOpen && options.Value.DestroyKeysOnTamper))
            Destroy();
    }

    /// <summary>The enclosure is open and nobody said that it would be.</summary>
    internal void Trip()
    {
        // 1
        latch.Trip(clock.Read().Wall);
        logger.EnclosureOpened();

        // 2
        if (options.Value.DestroyKeysOnTamper)
            Destroy();

        // 3
        custody.Drop();
        Tripped?.Invoke();
    }

    /// <summary>Finishes and writes what has not been finished and written of it.</summary>
    /// <returns>False when the card or the journal cannot be written now.</returns>
    internal bool TryTell()
    {
        if (_isDue || destruction.IsBegun)
            Destroy();
        try
        {
            // 4
            if (latch.Untold is { } mark)
            {
                journal.Append(new RecordDraft(Lane.Alerts, RecordKind.Tamper, RecordDraft.Appliance));
                latch.Told(mark);
            }

            lock (hold.Gate)
            {
                if (destruction.IsDone)
                {
                    journal.Append(new RecordDraft(Lane.Alerts, RecordKind.KeysDestroyed, RecordDraft.Appliance));
                    destruction.Finish();
                }
            }
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            logger.RecordNotWritten((fault as SqliteException)?.SqliteErrorCode ?? 0);
            return false;
        }

        return !_isDue;
    }

    private void Destroy()
    {
        lock (hold.Gate)
        {
            try
            {
                _isDue = true;
                destruction.Run();
                _isDue = false;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It is tried again until it is done, by the next start too.
                logger.KeysNotDestroyed(fault.Message);
            }
        }
    }
}
