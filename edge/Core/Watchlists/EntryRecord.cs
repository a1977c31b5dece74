using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Watchlists;

/// <summary>The canonical bytes of a watchlist entry (format mark "ECW" 1). The state root covers them.</summary>
public static class EntryRecord
{
    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'W', 1];
    private static readonly byte[] ItemMark = [(byte)'E', (byte)'C', (byte)'I', 1];

    public static byte[] Encode(WatchlistEntry entry)
    {
        var writer = new CanonicalWriter(Mark)
            .Text(1, entry.EntryId)
            .Text(2, entry.ListName)
            .OptionalText(3, entry.Reference)
            .Text(4, entry.Owner)
            .Text(5, entry.LegalBasis)
            .Text(6, entry.Purpose)
            .Byte(7, (byte)entry.Action)
            .Byte(8, (byte)entry.Evidence)
            .UInt32(9, (uint)entry.ExpiresOn.DayNumber);
        if (entry.Sex != '\0')
            writer.Byte(10, (byte)entry.Sex);
        writer
            .OptionalText(11, entry.Contact)
            .Bytes(12, Items(entry.Names, static (item, name) => item.Text(1, name.Text).Byte(2, (byte)name.Quality)))
            .Bytes(13, Items(entry.BirthDates, static (item, birth) =>
                item.Bytes(1, Date(birth.From)).Bytes(2, Date(birth.To)).Byte(3, birth.IsApproximate ? (byte)1 : (byte)0)))
            .Bytes(14, Items(entry.Nationalities, static (item, nationality) => item.Text(1, nationality)))
            .Bytes(15, Items(entry.Documents, static (item, document) =>
                item.Text(1, document.Type).Text(2, document.Number).Text(3, document.IssuingState)));
        // Left out when empty: entries written before there was this field keep their bytes.
        if (!entry.Cleared.IsDefaultOrEmpty)
        {
            writer.Bytes(16, Items(entry.Cleared, static (item, cleared) =>
                item.Text(1, cleared.DocumentNumber).Text(2, cleared.IssuingState).Bytes(3, Date(cleared.BirthDate))
                    .UInt32(4, (uint)cleared.ExpiresOn.DayNumber).Text(5, cleared.Reference)));
        }

        if (entry.Direction != CrossingDirection.NotSaid)
            writer.Byte(17, (byte)entry.Direction);
        writer.OptionalText(18, entry.CourtReference).OptionalText(19, entry.Supervisor);
        if (entry.ReviewOn is { } review)
            writer.UInt32(20, (uint)review.DayNumber);
        return writer.ToArray();
    }

    /// <summary>Reads untrusted bytes.</summary>
    /// <returns>The entry, or what is wrong with its bytes.</returns>
    public static Result<WatchlistEntry, PackageFailure> Decode(ReadOnlyMemory<byte> bytes)
    {
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Failure(problem);
        if (!(reader.TryByte(7, out var action) & reader.TryByte(8, out var evidence) & reader.TryUInt32(9, out var expiry)
            & reader.Has(1) & reader.TryBytes(12, out var names) & reader.TryBytes(13, out var births)
            & reader.TryBytes(14, out var nationalities) & reader.TryBytes(15, out var documents)))
        {
            return Failure("a compulsory field is missing or has the wrong length");
        }

        if (expiry > (uint)DateOnly.MaxValue.DayNumber)
            return Failure("the expiry is not a date");
        if (action is < (byte)RequestedAction.Inform or > (byte)RequestedAction.SeizeDocument)
            return Failure($"action {action} is not known");
        if (evidence is < (byte)EvidenceGrade.Decision or > (byte)EvidenceGrade.Reported)
            return Failure($"evidence grade {evidence} is not known");
        if (!(TryItems<ListedName>(names, TryName, out var readNames) & TryItems<ListedBirthDate>(births, TryBirthDate, out var readBirths)
            & TryItems<string>(nationalities, TryText, out var readNationalities)
            & TryItems<ListedDocument>(documents, TryDocument, out var readDocuments)))
        {
            return Failure("a list of names, dates, nationalities or documents is damaged");
        }

        var readCleared = ImmutableArray<ClearedTraveller>.Empty;
        if (reader.TryBytes(16, out var cleared) && !TryItems<ClearedTraveller>(cleared, TryCleared, out readCleared))
            return Failure("a cleared traveller is damaged");
        var direction = (byte)CrossingDirection.NotSaid;
        if (reader.Has(17) && !(reader.TryByte(17, out direction) && direction is >= (byte)CrossingDirection.Entry and <= (byte)CrossingDirection.Both))
            return Failure("the direction is not known");
        DateOnly? reviewOn = null;
        if (reader.Has(20))
        {
            if (!reader.TryUInt32(20, out var review) || review > (uint)DateOnly.MaxValue.DayNumber)
                return Failure("the day of review is not a date");
            reviewOn = DateOnly.FromDayNumber((int)review);
        }

        return new WatchlistEntry
        {
            EntryId = reader.Text(1),
            ListName = reader.Text(2),
            Reference = reader.Text(3),
            Owner = reader.Text(4),
            LegalBasis = reader.Text(5),
            Purpose = reader.Text(6),
            Action = (RequestedAction)action,
            Evidence = (EvidenceGrade)evidence,
            ExpiresOn = DateOnly.FromDayNumber((int)expiry),
            Sex = reader.TryByte(10, out var sex) ? (char)sex : '\0',
            Contact = reader.Text(11),
            Names = readNames,
            BirthDates = readBirths,
            Nationalities = readNationalities,
            Documents = readDocuments,
            Cleared = readCleared,
            Direction = (CrossingDirection)direction,
            CourtReference = reader.Text(18),
            Supervisor = reader.Text(19),
            ReviewOn = reviewOn,
        };
    }

    private static PackageFailure Failure(string reason) => new(PackageStage.Records, reason);

    private static byte[] Items<T>(ImmutableArray<T> items, Func<CanonicalWriter, T, CanonicalWriter> write)
    {
        var writer = new CanonicalWriter(ItemMark);
        for (var i = 0; i < items.Length; i++)
            writer.Bytes(checked((ushort)(i + 1)), write(new CanonicalWriter(ItemMark), items[i]).ToArray());
        return writer.ToArray();
    }

    private static bool TryItems<T>(ReadOnlyMemory<byte> bytes, TryRead<T> tryRead, out ImmutableArray<T> items)
    {
        items = [];
        if (!CanonicalReader.TryOpen(bytes, ItemMark, out var reader, out _))
            return false;
        var builder = ImmutableArray.CreateBuilder<T>();
        var count = reader.CountFrom(0);
        for (var i = 1; i <= count; i++)
        {
            if (!reader.TryBytes((ushort)i, out var itemBytes)
                || !CanonicalReader.TryOpen(itemBytes, ItemMark, out var item, out _) || !tryRead(item, out var value))
            {
                return false;
            }

            builder.Add(value);
        }

        items = builder.ToImmutable();
        return true;
    }

    private static bool TryName(CanonicalReader item, [NotNullWhen(true)] out ListedName? name)
    {
        name = item.TryByte(2, out var quality) && quality is >= (byte)NameQuality.Primary and <= (byte)NameQuality.Weak
            ? new ListedName(item.Text(1), (NameQuality)quality)
            : null;
        return name is not null;
    }

    private static bool TryText(CanonicalReader item, out string text)
    {
        text = item.Text(1);
        return true;
    }

    private static bool TryDocument(CanonicalReader item, out ListedDocument document)
    {
        document = new ListedDocument(item.Text(1), item.Text(2), item.Text(3));
        return true;
    }

    private static bool TryBirthDate(CanonicalReader item, out ListedBirthDate birth)
    {
        var isRead = TryDate(item, 1, out var from) & TryDate(item, 2, out var to) & item.TryByte(3, out var approximate);
        birth = new ListedBirthDate(from, to, approximate != 0);
        return isRead;
    }

    private static bool TryCleared(CanonicalReader item, [NotNullWhen(true)] out ClearedTraveller? traveller)
    {
        traveller = TryDate(item, 3, out var birth) && item.TryUInt32(4, out var expiry) && expiry <= (uint)DateOnly.MaxValue.DayNumber
            ? new ClearedTraveller(item.Text(1), item.Text(2), birth, DateOnly.FromDayNumber((int)expiry), item.Text(5))
            : null;
        return traveller is not null;
    }

    private static byte[] Date(PartialDate date)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, date.Year);
        bytes[2] = date.Month;
        bytes[3] = date.Day;
        return bytes;
    }

    private static bool TryDate(CanonicalReader item, ushort tag, out PartialDate date)
    {
        date = default;
        return item.TryBytes(tag, 4, out var bytes)
            && PartialDate.TryCreate(
                BinaryPrimitives.ReadInt16LittleEndian(bytes.Span), bytes.Span[2], bytes.Span[3], out date);
    }

    private delegate bool TryRead<T>(CanonicalReader item, [MaybeNullWhen(false)] out T value);
}
