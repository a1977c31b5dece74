using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>Records of what happens to the appliance itself: a journal that takes nothing must not keep it from acting.</summary>
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
            logger.JournalUnwritable(fault.SqliteErrorCode);
        }
    }
}
