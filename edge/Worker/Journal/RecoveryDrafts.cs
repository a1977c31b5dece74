using System.Globalization;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>The records by which a journal that was damaged says so itself.</summary>
internal static class RecoveryDrafts
{
    private const int NamedMax = 20;

    /// <summary>
    /// An alert that says what was found, and a record for each one that lies whole behind a lost one: central takes a lane only in order, so it
    /// travels inside, sealed again, in the lane it came from. What is sealed to central in it stays as it was.
    /// </summary>
    internal static IEnumerable<RecordDraft> Of(string fileName, string reason, SavedJournal saved)
    {
        var lines = new List<string>
        {
            $"{fileName} was damaged: {reason}.",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{saved.Count} records were saved under their epochs, {saved.Stranded.Length} lie behind a lost one, {saved.Lost.Length} cannot be read. A new epoch begins."),
        };
        lines.AddRange(saved.Lost.Take(NamedMax).Select(static lost => $"Lost: {lost}."));
        yield return new RecordDraft(Lane.Alerts, RecordKind.JournalRecovered, RecordDraft.Appliance)
        {
            Personal = new PersonalPart { Note = string.Join('\n', lines) },
        };
        foreach (var row in saved.Stranded)
            yield return Carrier(row);
    }

    /// <summary>Its plain marks are those of what it carries: a refusal or an emergency is listed, kept and alarmed as such.</summary>
    private static RecordDraft Carrier(StoredRow row)
    {
        var personal = new PersonalPart { Note = SalvagedRecord.ToNote(row.Epoch, row.Sealed()) };
        if (!RecordHeader.Parse(row.Header).TryGet(out var header, out _))
            return new RecordDraft(row.Lane, RecordKind.Salvaged, RecordDraft.Appliance) { Personal = personal };
        return new RecordDraft(row.Lane, RecordKind.Salvaged, header.ActorId)
        {
            CarriedKind = header.EffectiveKind,
            EncounterId = header.EncounterId,
            // By this a rescue of the card knows, without a key, that the record travels.
            RelatedRecordId = header.RecordId,
            OutcomeCodes = header.OutcomeCodes,
            Nationality = header.Nationality,
            Sex = header.Sex,
            AgeBand = header.AgeBand,
            ListVersion = header.ListVersion,
            ListAgeSeconds = header.ListAgeSeconds,
            Flags = header.Flags,
            CrossedUnixMicroseconds = header.CrossedUnixMicroseconds ?? header.WallUnixMicroseconds,
            SecondActorId = header.SecondActorId,
            RulesVersion = header.RulesVersion,
            Personal = personal,
        };
    }
}
