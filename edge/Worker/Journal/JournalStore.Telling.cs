using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <content>Records of what recovery found, until they are written.</content>
internal sealed partial class JournalStore
{
    /// <summary>Written in one transaction: on a card that is nearly full some of them are better than none.</summary>
    private const int ToldAtOnceMax = 64;

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
                while (_untold.Where(draft => file.Plan.Lanes.Contains(draft.Lane)).Take(ToldAtOnceMax).ToArray() is { Length: > 0 } told)
                    Tell(file, told);
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
        _untold.RemoveAll(draft => Array.Exists(told, known => known.RecordId == draft.RecordId));
        _sealedUntold.Forget(told);
    }
}
