using System.Collections.Immutable;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// An entry in a few dozen bytes. What many entries say alike (list, owner, legal basis, purpose, action, evidence, expiry,
/// contact) is a template; the rest stands here. The canonical record is made from both and is the same to the byte.
/// </summary>
internal static class PackedEntry
{
    /// <summary>The canonical record as it is: one with fields that this program does not know.</summary>
    private const uint Verbatim = 0;

    /// <summary>Packs one record.</summary>
    /// <param name="record">Canonical bytes.</param>
    /// <param name="entry">What they say.</param>
    /// <param name="templateOf">Number of the template with these bytes.</param>
    /// <param name="writer">Takes the packed bytes.</param>
    internal static void Write(byte[] record, WatchlistEntry entry, Func<byte[], uint> templateOf, PackedWriter writer)
    {
        if (!EntryRecord.Encode(entry).AsSpan().SequenceEqual(record))
        {
            writer.Number(Verbatim).Bytes(record);
            return;
        }

        writer.Number(templateOf(Template(entry)) + 1).Text(entry.EntryId).Text(entry.Reference).Number(entry.Sex);
        writer.Number((uint)entry.Names.Length);
        foreach (var name in entry.Names)
            writer.Number((uint)name.Quality).Text(name.Text);
        writer.Number((uint)entry.BirthDates.Length);
        foreach (var birth in entry.BirthDates)
        {
            writer.Number((birth.IsApproximate ? 1u : 0) | (birth.From == birth.To ? 2u : 0)).Number(Date(birth.From));
            if (birth.From != birth.To)
                writer.Number(Date(birth.To));
        }

        writer.Number((uint)entry.Nationalities.Length);
        foreach (var nationality in entry.Nationalities)
            writer.Text(nationality);
        writer.Number((uint)entry.Documents.Length);
        foreach (var document in entry.Documents)
            writer.Text(document.Type).Text(document.Number).Text(document.IssuingState);
        writer.Number((uint)entry.Cleared.Length);
        foreach (var cleared in entry.Cleared)
        {
            writer.Text(cleared.DocumentNumber).Text(cleared.IssuingState).Number(Date(cleared.BirthDate))
                .Number((uint)cleared.ExpiresOn.DayNumber).Text(cleared.Reference);
        }
    }

    /// <summary>The entry, or what is wrong with its bytes.</summary>
    /// <param name="packed">Untrusted.</param>
    /// <param name="templates">Untrusted, too.</param>
    internal static Result<WatchlistEntry, PackageFailure> Read(ReadOnlySpan<byte> packed, ReadOnlySpan<byte[]> templates)
    {
        var reader = new PackedReader(packed);
        var number = reader.Number();
        if (number == Verbatim)
        {
            var record = reader.Bytes().ToArray();
            return reader.IsDamaged || !reader.IsAtEnd ? Failure("its bytes are damaged") : EntryRecord.Decode(record);
        }

        if (number > (uint)templates.Length)
            return Failure("it names a template that is not there");
        var template = new PackedReader(templates[(int)number - 1]);
        var entry = new WatchlistEntry
        {
            ListName = template.Text(),
            Owner = template.Text(),
            LegalBasis = template.Text(),
            Purpose = template.Text(),
            Contact = template.Text(),
            Action = (RequestedAction)Small(template.Number()),
            Evidence = (EvidenceGrade)Small(template.Number()),
            ExpiresOn = Day(template.Number()),
            EntryId = reader.Text(),
            Reference = reader.Text(),
            Sex = (char)Small(reader.Number()),
            Names = ReadNames(ref reader),
            BirthDates = ReadBirthDates(ref reader),
            Nationalities = ReadTexts(ref reader),
            Documents = ReadDocuments(ref reader),
            Cleared = ReadCleared(ref reader),
        };
        if (reader.IsDamaged || !reader.IsAtEnd || template.IsDamaged || !template.IsAtEnd)
            return Failure("its bytes are damaged");
        var isKnown = entry.Action is >= RequestedAction.Inform and <= RequestedAction.SeizeDocument
            && entry.Evidence is >= EvidenceGrade.Decision and <= EvidenceGrade.Reported
            && entry.Names.All(static name => name.Quality is >= NameQuality.Primary and <= NameQuality.Weak);
        return isKnown ? entry : Failure("its action, evidence grade or a name's quality is not known");
    }

    /// <summary>The canonical record: the bytes that were packed, whatever this program knows of them.</summary>
    /// <param name="packed">What <see cref="Read"/> read.</param>
    /// <param name="entry">What it gave.</param>
    internal static byte[] Record(ReadOnlySpan<byte> packed, WatchlistEntry entry)
    {
        var reader = new PackedReader(packed);
        return reader.Number() == Verbatim ? reader.Bytes().ToArray() : EntryRecord.Encode(entry);
    }

    /// <summary>The identifier alone; null for an entry that is kept verbatim.</summary>
    internal static string? ReadId(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        return reader.Number() == Verbatim ? null : reader.Text();
    }

    private static byte[] Template(WatchlistEntry entry) =>
        new PackedWriter()
            .Text(entry.ListName).Text(entry.Owner).Text(entry.LegalBasis).Text(entry.Purpose).Text(entry.Contact)
            .Number((uint)entry.Action).Number((uint)entry.Evidence).Number((uint)entry.ExpiresOn.DayNumber)
            .Written.ToArray();

    private static ImmutableArray<ListedName> ReadNames(ref PackedReader reader)
    {
        var names = new ListedName[reader.Count()];
        for (var i = 0; i < names.Length; i++)
        {
            var quality = (NameQuality)Small(reader.Number());
            names[i] = new ListedName(reader.Text(), quality);
        }

        return [.. names];
    }

    private static ImmutableArray<ListedBirthDate> ReadBirthDates(ref PackedReader reader)
    {
        var dates = new ListedBirthDate[reader.Count()];
        for (var i = 0; i < dates.Length; i++)
        {
            var flags = reader.Number();
            var from = ReadDate(ref reader);
            dates[i] = new ListedBirthDate(from, (flags & 2) != 0 ? from : ReadDate(ref reader), (flags & 1) != 0);
        }

        return [.. dates];
    }

    private static ImmutableArray<string> ReadTexts(ref PackedReader reader)
    {
        var texts = new string[reader.Count()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.Text();
        return [.. texts];
    }

    private static ImmutableArray<ListedDocument> ReadDocuments(ref PackedReader reader)
    {
        var documents = new ListedDocument[reader.Count()];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = new ListedDocument(reader.Text(), reader.Text(), reader.Text());
        return [.. documents];
    }

    private static ImmutableArray<ClearedTraveller> ReadCleared(ref PackedReader reader)
    {
        var cleared = new ClearedTraveller[reader.Count()];
        for (var i = 0; i < cleared.Length; i++)
            cleared[i] = new ClearedTraveller(reader.Text(), reader.Text(), ReadDate(ref reader), Day(reader.Number()), reader.Text());
        return [.. cleared];
    }

    private static uint Date(PartialDate date) => ((uint)date.Year << 9) | ((uint)date.Month << 5) | date.Day;

    /// <summary>Parts that make no date read as unknown; the check of the state root finds such a record.</summary>
    private static PartialDate ReadDate(ref PackedReader reader)
    {
        var packed = reader.Number();
        return PartialDate.TryCreate((int)(packed >> 9), (int)(packed >> 5) & 15, (int)packed & 31, out var date) ? date : default;
    }

    /// <summary>What does not fit a byte is no value that anybody knows.</summary>
    private static byte Small(uint number) => (byte)Math.Min(number, byte.MaxValue);

    private static DateOnly Day(uint number) => DateOnly.FromDayNumber((int)Math.Min(number, (uint)DateOnly.MaxValue.DayNumber));

    private static PackageFailure Failure(string reason) => new(PackageStage.Records, reason);
}
