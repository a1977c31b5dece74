using System.Collections.Immutable;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// An entry as format 2 packed it: the number of its template, then everything else as it is. Read to be compiled anew
/// (<see cref="PlainPackage"/>); not written any more.
/// </summary>
internal static class PackedEntry2
{
    private const uint Verbatim = 0;

    /// <summary>The entry and its canonical bytes, or what is wrong.</summary>
    /// <param name="packed">Untrusted.</param>
    /// <param name="templates">Untrusted, too.</param>
    internal static Result<(WatchlistEntry Entry, byte[] Record), PackageFailure> Read(ReadOnlySpan<byte> packed, ReadOnlySpan<byte[]> templates)
    {
        var reader = new PackedReader(packed);
        var number = reader.Number();
        if (number == Verbatim)
        {
            var record = reader.Bytes().ToArray();
            if (reader.IsDamaged || !reader.IsAtEnd)
                return Failure("its bytes are damaged");
            return EntryRecord.Decode(record).TryGet(out var decoded, out var failure) ? (decoded, record) : failure;
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
            Action = (RequestedAction)PackedParts.Small(template.Number()),
            Evidence = (EvidenceGrade)PackedParts.Small(template.Number()),
            ExpiresOn = PackedParts.Day(template.Number()),
            EntryId = reader.Text(),
            Reference = reader.Text(),
            Sex = (char)PackedParts.Small(reader.Number()),
            Names = ReadNames(ref reader),
            BirthDates = PackedParts.ReadBirthDates(ref reader, reader.Count()),
            Nationalities = ReadNationalities(ref reader),
            Documents = PackedParts.ReadDocuments(ref reader, reader.Count()),
            Cleared = PackedParts.ReadCleared(ref reader, reader.Count()),
        };
        if (reader.IsDamaged || !reader.IsAtEnd || template.IsDamaged || !template.IsAtEnd)
            return Failure("its bytes are damaged");
        var isKnown = entry.Action is >= RequestedAction.Inform and <= RequestedAction.SeizeDocument
            && entry.Evidence is >= EvidenceGrade.Decision and <= EvidenceGrade.Reported
            && entry.Names.All(static name => name.Quality is >= NameQuality.Primary and <= NameQuality.Weak);
        return isKnown ? (entry, EntryRecord.Encode(entry)) : Failure("its action, evidence grade or a name's quality is not known");
    }

    private static ImmutableArray<ListedName> ReadNames(ref PackedReader reader)
    {
        var names = new ListedName[reader.Count()];
        for (var i = 0; i < names.Length; i++)
        {
            var quality = (NameQuality)PackedParts.Small(reader.Number());
            names[i] = new ListedName(reader.Text(), quality);
        }

        return [.. names];
    }

    private static ImmutableArray<string> ReadNationalities(ref PackedReader reader)
    {
        var texts = new string[reader.Count()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.Text();
        return [.. texts];
    }

    private static PackageFailure Failure(string reason) => new(PackageStage.Records, reason);
}
