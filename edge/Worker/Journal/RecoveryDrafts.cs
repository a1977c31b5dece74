using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>The records by which a journal says itself that it was damaged, and gives central what that cannot take in its place.</summary>
internal static class RecoveryDrafts
{
    private const int NamedMax = 20;

    private static ReadOnlySpan<byte> CarrierMark => "EdgeCheckpoint carrier v1"u8;

    /// <summary>The alert that says what was found in a damaged file.</summary>
    /// <param name="left">Records behind a lost one for which the card has no room.</param>
    internal static string NoteOf(string fileName, string reason, SavedJournal saved, int left)
    {
        var lines = new List<string>
        {
            $"{fileName} was damaged: {reason}.",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{saved.Count} records were saved under their epochs, {saved.Stranded.Length} lie behind a lost one, {saved.Lost.Length} cannot be read. A new epoch begins."),
        };
        if (left > 0)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"The card has no room to write {left} of those behind a lost one again: they are in its evidence, and a rescue of the card carries them."));
        lines.AddRange(saved.Lost.Take(NamedMax).Select(static lost => $"Lost: {lost}."));
        return string.Join('\n', lines);
    }

    /// <summary>The alert of what was found.</summary>
    internal static RecordDraft Alert(Finding finding) => new(Lane.Alerts, RecordKind.JournalRecovered, RecordDraft.Appliance)
    {
        RecordId = finding.RecordId,
        Personal = new PersonalPart { Note = finding.Note },
    };

    /// <summary>
    /// The identifier of the record that carries another: always the same, so that nothing is carried twice, whatever was interrupted and however often it is
    /// found again. A UUID of version 8 (RFC 9562 §5.8).
    /// </summary>
    internal static Guid CarrierOf(Guid recordId)
    {
        Span<byte> content = stackalloc byte[CarrierMark.Length + 16];
        CarrierMark.CopyTo(content);
        recordId.TryWriteBytes(content[CarrierMark.Length..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>
    /// Central takes a lane only in order: a record that it cannot take travels inside another, sealed again, in the lane it came from. What is sealed to
    /// central in it stays as it was. The plain marks are those of what is carried: a refusal or an emergency is listed, kept and alarmed as such.
    /// </summary>
    internal static RecordDraft Carrier(StoredRow row, RecordHeader header)
    {
        var personal = new PersonalPart { Note = SalvagedRecord.ToNote(row.Epoch, row.Sealed()) };
        return new RecordDraft(row.Lane, RecordKind.Salvaged, header.ActorId)
        {
            RecordId = CarrierOf(header.RecordId),
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
