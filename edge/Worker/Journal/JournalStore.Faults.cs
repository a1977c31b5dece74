using System.Globalization;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>What is done when the disk fails or a file is damaged.</summary>
internal sealed partial class JournalStore
{
    /// <summary>
    /// Runs one piece of work. 1. Opens what is closed. 2. A full disk gives up the ballast, then health records, and tries again. 3. A
    /// damaged file is put aside, and the work tried on what was saved. 4. After an error of the disk the files are closed, and
    /// opened and checked before anything else is done.
    /// </summary>
    /// <param name="isHealth">What is written is health: for that neither the ballast is given up nor the officer told to stop.</param>
    /// <param name="carries">A few of the records that are to be carried are written first.</param>
    /// <exception cref="SqliteException">It was not done.</exception>
    private T Guarded<T>(Func<T> work, bool isHealth = false, bool carries = true)
    {
        string? damaged = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // 3. Here, so that a disk that fails while files are put aside is answered like any other.
                if (damaged is not null)
                    RecoverDamaged(damaged);
                damaged = null;

                // 1
                Open();
                TellWhatWasFound(carries);
                return work();
            }
            catch (SqliteException fault) when (IsFull(fault) && attempt < AttemptsMax)
            {
                // 2. Not in the filter: that runs while the transaction is still open.
                if (TryMakeRoom(isHealth))
                {
                    _isTellingPutOff = false;
                    continue;
                }

                if (!isHealth)
                    Fail(fault);
                throw;
            }
            catch (JournalDamageException damage) when (attempt < AttemptsMax)
            {
                damaged = damage.Message;
            }
            catch (SqliteException fault) when (IsDamage(fault) && attempt < AttemptsMax)
            {
                damaged = $"SQLite error {fault.SqliteExtendedErrorCode.ToString(CultureInfo.InvariantCulture)}";
            }
            catch (JournalDamageException damage)
            {
                throw Fail(new SqliteException(damage.Message, Corrupt));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw Fail(new SqliteException(fault.Message, InputOutput));
            }
            catch (SqliteException fault)
            {
                // 4
                if (!isHealth || !IsFull(fault))
                    Fail(fault);
                throw;
            }
        }
    }

    private void Open()
    {
        if (_journal is not null && _health is not null)
            return;
        try
        {
            if (!_hasTakenCleanStop)
                _isSuspect = !TakeCleanStop();
            _hasTakenCleanStop = true;
            _journal ??= OpenOne(_journalPlan);
            _health ??= OpenOne(_healthPlan);
            if (_isSuspect)
            {
                // What is in the log may be in the kernel's cache only: it goes into the database, and that is flushed, before more is built on it. And
                // what a broken-off write left behind must not be taken for a part of the next.
                FileOf(Lane.Alerts).Checkpoint();
                FileOf(Lane.Health).Checkpoint();
            }

            if (_isToReopen)
            {
                Reopenings++;
                Problem = null;
                _logger.JournalReopened();
            }

            (_isSuspect, _isToReopen, _isTellingPutOff) = (false, false, false);
        }
        catch
        {
            CloseUntouched();
            throw;
        }
    }

    /// <summary>Opens one file; a damaged one is put aside, and what could be saved is opened.</summary>
    private JournalFile OpenOne(JournalFilePlan plan)
    {
        try
        {
            JournalRebuild.Resume(plan, _sealer.Clock.Read().Wall);
            return JournalFile.Open(plan, _sealer, _isSuspect);
        }
        catch (JournalDamageException damage)
        {
            Recover(plan, damage.Message);
        }
        catch (SqliteException fault) when (IsDamage(fault) || fault.SqliteErrorCode == StatementFailed)
        {
            // Opening runs the same statements on the same tables always: one that fails does so on tables that are not the same.
            Recover(plan, fault.Message);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException(fault.Message, fault);
        }

        return JournalFile.Open(plan, _sealer, isSuspect: true);
    }

    /// <summary>Which file it is that is damaged shows when both are opened and checked again.</summary>
    private void RecoverDamaged(string reason)
    {
        CloseUntouched();
        var damaged = new[] { _journalPlan, _healthPlan }.Where(static plan => File.Exists(plan.Path) && !JournalVerification.IsWhole(plan.Path, CancellationToken.None)).ToArray();
        // What is none of the records, such as a mark of a backup, no check of records sees: then it is the file that was worked on.
        foreach (var plan in damaged.Length > 0 ? damaged : [_workedOn])
            Recover(plan, reason);
    }

    private void Recover(JournalFilePlan plan, string reason)
    {
        // For the lanes that are never shed the ballast is given up first; health waits for nothing.
        var leavesStranded = plan == _healthPlan || !_ballast.IsHeld;
        var saved = JournalRebuild.Run(plan, _sealer.ApplianceId, reason, _sealer.Clock.Read().Wall, leavesStranded);
        Recoveries++;
        LastDamage = reason;
        var name = Path.GetFileName(plan.Path);
        _logger.JournalRecovered(name, reason, saved.Count, saved.Stranded.Length, saved.Lost.Length);
        Appended?.Invoke(plan.Lanes);
    }

    private SqliteException Fail(SqliteException fault)
    {
        Problem = string.Create(
            CultureInfo.InvariantCulture, $"The journal cannot be written (SQLite error {fault.SqliteErrorCode}). Use the paper procedure.");
        if (fault.SqliteErrorCode is Busy or Constraint or Full)
            return fault;
        _logger.JournalFailed(fault.SqliteErrorCode, fault.SqliteExtendedErrorCode);
        (_isSuspect, _isToReopen) = (true, true);
        CloseUntouched();
        return fault;
    }

    /// <summary>True after a clean stop. The mark is taken away durably first: from here on every stop is unclean until it is written again.</summary>
    private bool TakeCleanStop()
    {
        var path = Path.Combine(_folder, CleanStopName);
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        DataFolder.FlushFolder(_folder);
        return true;
    }

    private void Close()
    {
        _journal?.Dispose();
        _health?.Dispose();
        (_journal, _health) = (null, null);
    }

    private void CloseUntouched()
    {
        _journal?.CloseUntouched();
        _health?.CloseUntouched();
        (_journal, _health) = (null, null);
    }

    private static bool IsFull(SqliteException fault) => fault.SqliteErrorCode == Full;

    /// <summary>The file is not what was written, or the card does not give it back.</summary>
    private static bool IsDamage(SqliteException fault) =>
        fault.SqliteErrorCode is Corrupt or NotADatabase || fault.SqliteExtendedErrorCode is ReadFailed or ShortRead;
}
