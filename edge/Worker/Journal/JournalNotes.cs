using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// The one way to write a record of what happens to the appliance or at its counter: a journal that takes nothing must not keep it from acting. What
/// decides over a traveller is not written so, but appended: there nothing counts that is not in the journal.
/// </summary>
internal static class JournalNotes
{
    /// <summary>Writes a record; trouble goes to the log, and the page says that the journal cannot be written.</summary>
    internal static void Note(this JournalStore journal, RecordDraft draft, ILogger logger)
    {
        try
        {
            journal.Append(draft);
        }
        catch (SqliteException fault)
        {
            logger.RecordNotWritten(fault.SqliteErrorCode);
        }
    }
}
