using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <content>Records of what recovery found and could not tell in the fresh file: what belongs to the other file, or found no room.</content>
internal sealed partial class JournalStore
{
    /// <summary>Written in one transaction: on a card that is nearly full some of them are better than none.</summary>
    private const int ToldAtOnceMax = 64;

    /// <summary>Of those so many at one call: the counter waits.</summary>
    private const int PortionsMax = 4;

    private readonly List<RecordDraft> _untold = [];
    private readonly SealedDrafts _sealedUntold = new();
    private bool _isTellingPutOff;

    /// <summary>
    /// What recovery found is told by records of the new epoch, the first where that can be. A card that refuses them is not asked again at every
    /// write of the counter, but when room was made or upkeep comes round; what was sealed is kept for then.
    /// </summary>
    private void TellWhatWasFound()
    {
        if (_untold.Count == 0 || _isTellingPutOff || _journal is null || _health is null)
            return;
        try
        {
            foreach (var file in Files())
            {
                for (var portion = 0; portion < PortionsMax; portion++)
                {
                    if (_untold.Where(draft => file.Plan.Lanes.Contains(draft.Lane)).Take(ToldAtOnceMax).ToArray() is not { Length: > 0 } told)
                        break;
                    Tell(file, told);
                }
            }
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Busy or Constraint or Full)
        {
            _isTellingPutOff = true;
        }
    }

    private void Tell(JournalFile file, RecordDraft[] told)
    {
        _workedOn = file.Plan;
        // What was refused when a flush failed may be there all the same; written twice it would be refused for ever.
        var missing = told.Where(draft => !file.Has(draft.RecordId)).ToArray();
        if (missing.Length > 0)
            file.Write(missing, _sealedUntold);
        var written = told.Select(static draft => draft.RecordId).ToHashSet();
        _untold.RemoveAll(draft => written.Contains(draft.RecordId));
        _sealedUntold.Forget(told);
        Appended?.Invoke([.. told.Select(static draft => draft.Lane).Distinct()]);
    }
}
