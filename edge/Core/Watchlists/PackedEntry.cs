using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// An entry in some twelve bytes. What many entries say alike is a template (<see cref="EntryTemplate"/>); a name that its
/// tokens in the index spell is the number of a pattern (<see cref="NamePattern"/>); the rest stands here. The canonical record
/// is made from all of them and is the same to the byte.
/// </summary>
/// <remarks>
/// Layout, numbers in groups of seven bits: number of the template plus 1, or 0 for a verbatim record; identifier; shape, the
/// bits below; sex and reference where the shape has them; names; dates of birth; nationalities; documents and cleared travellers
/// where the shape has them. A shape that spares a list's length is that of nearly every entry.
/// </remarks>
internal static class PackedEntry
{
    /// <summary>The canonical record as it is: one with fields that this program does not know, or that few entries have.</summary>
    internal const uint Verbatim = 0;

    /// <summary>Sex: 0 not said, 1 M, 2 F, 3 a byte of its own.</summary>
    internal const uint SexMask = 3;

    private const uint OtherSex = 3;
    internal const uint HasReference = 4;

    /// <summary>One name, primary, that is the entry's first in the index or stands as it is.</summary>
    internal const uint HasOneName = 8;

    /// <summary>Dates of birth: 0 none, one exact, or a list.</summary>
    internal const uint HasOneBirthDate = 16;

    internal const uint HasBirthDates = 32;
    internal const uint HasOneNationality = 64;
    internal const uint HasDocuments = 128;
    internal const uint ShapeMax = 255;

    internal const int QualityBits = 2;
    internal const uint QualityMask = 3;

    internal static readonly PackageFailure Damaged = Failure("its bytes are damaged");

    /// <summary>Packs one record.</summary>
    /// <param name="record">Canonical bytes.</param>
    /// <param name="entry">What they say.</param>
    /// <param name="idPrefix">What comes before the number in its identifier; null when the identifier stands whole.</param>
    /// <param name="templateOf">Number of a template.</param>
    /// <param name="names">How each of its names is written.</param>
    /// <param name="writer">Takes the packed bytes.</param>
    internal static void Write(
        byte[] record, WatchlistEntry entry, string? idPrefix, Func<EntryTemplate, uint> templateOf, ReadOnlySpan<WrittenName> names,
        PackedWriter writer)
    {
        if (HasMore(entry) || !EntryRecord.Encode(entry).AsSpan().SequenceEqual(record))
        {
            writer.Number(Verbatim).Bytes(record);
            return;
        }

        writer.Number(templateOf(EntryTemplate.Of(entry, idPrefix)) + 1);
        if (idPrefix is null)
            writer.Text(entry.EntryId);
        else
            writer.Number(uint.Parse(entry.EntryId.AsSpan(idPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture));
        var shape = Shape(entry, names);
        writer.Number(shape);
        if ((shape & SexMask) == OtherSex)
            writer.Number(entry.Sex);
        if ((shape & HasReference) != 0)
            writer.Text(entry.Reference);
        WriteNames(writer, shape, entry.Names, names);
        if ((shape & HasOneBirthDate) != 0)
            writer.Number(PackedParts.Date(entry.BirthDates[0].From));
        else if ((shape & HasBirthDates) != 0)
            PackedParts.WriteBirthDates(writer, entry.BirthDates);
        WriteNationalities(writer, shape, entry.Nationalities);
        if ((shape & HasDocuments) != 0)
        {
            PackedParts.WriteDocuments(writer, entry.Documents);
            PackedParts.WriteCleared(writer, entry.Cleared);
        }
    }

    /// <summary>What comes before the number in an identifier such as "un:6907993"; null when it has another form.</summary>
    internal static string? IdPrefixOf(string entryId)
    {
        var digits = entryId.AsSpan().TrimEnd("0123456789").Length;
        var number = entryId.AsSpan(digits);
        // The number must give the same digits back.
        return uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _) && (number[0] != '0' || number.Length == 1)
            ? entryId[..digits] : null;
    }

    /// <summary>The entry, or what is wrong with its bytes.</summary>
    /// <param name="packed">Untrusted.</param>
    /// <param name="shared">What entries refer to.</param>
    /// <param name="index">The names of the package.</param>
    /// <param name="firstName">The entry's first name in the index.</param>
    internal static Result<WatchlistEntry, PackageFailure> Read(ReadOnlySpan<byte> packed, SharedParts shared, in PackageIndex index, int firstName)
    {
        var reader = new PackedReader(packed);
        if (reader.Number() == Verbatim)
            return ReadVerbatim(ref reader);
        return EntryView.Open(packed, shared, out var view) is { } failure ? failure : view.Decode(shared, index, firstName);
    }

    /// <summary>What follows <see cref="Verbatim"/>.</summary>
    internal static Result<WatchlistEntry, PackageFailure> ReadVerbatim(ref PackedReader reader)
    {
        var record = reader.Bytes().ToArray();
        return reader.IsDamaged || !reader.IsAtEnd ? Damaged : EntryRecord.Decode(record);
    }

    /// <summary>The canonical record: the bytes that were packed, whatever this program knows of them.</summary>
    /// <param name="packed">What <see cref="Read"/> read.</param>
    /// <param name="entry">What it gave.</param>
    internal static byte[] Record(ReadOnlySpan<byte> packed, WatchlistEntry entry)
    {
        var reader = new PackedReader(packed);
        return reader.Number() == Verbatim ? reader.Bytes().ToArray() : EntryRecord.Encode(entry);
    }

    /// <summary>The identifier alone; null for an entry that is kept verbatim or names no template.</summary>
    internal static string? ReadId(ReadOnlySpan<byte> packed, SharedParts shared)
    {
        var reader = new PackedReader(packed);
        var number = reader.Number();
        return number == Verbatim || number > (uint)shared.Templates.Length ? null : ReadId(ref reader, shared.Templates[(int)number - 1]);
    }

    internal static string ReadId(ref PackedReader reader, EntryTemplate template) => template.IdPrefix is null
        ? reader.Text()
        : string.Create(CultureInfo.InvariantCulture, stackalloc char[64], $"{template.IdPrefix}{reader.Number()}");

    /// <summary>The same as <see cref="ReadId(ReadOnlySpan{byte}, SharedParts)"/> without a text of its own.</summary>
    /// <returns>False when it is kept verbatim or does not fit.</returns>
    internal static bool TryReadId(ReadOnlySpan<byte> packed, SharedParts shared, Span<char> id, out int length)
    {
        length = 0;
        var reader = new PackedReader(packed);
        var number = reader.Number();
        if (number == Verbatim || number > (uint)shared.Templates.Length)
            return false;
        return shared.Templates[(int)number - 1].IdPrefix is { } prefix
            ? id.TryWrite(CultureInfo.InvariantCulture, $"{prefix}{reader.Number()}", out length)
            : Encoding.UTF8.TryGetChars(reader.Bytes(), id, out length);
    }

    internal static void SkipId(ref PackedReader reader, EntryTemplate template)
    {
        if (template.IdPrefix is null)
            reader.Bytes();
        else
            reader.Number();
    }

    /// <summary>
    /// True for an entry that says more than a packed one has room for: its record stands verbatim. Few do, those made by hand, and
    /// programs from before know how to read them.
    /// </summary>
    private static bool HasMore(WatchlistEntry entry) =>
        entry.Direction != CrossingDirection.NotSaid || entry.CourtReference.Length > 0 || entry.Supervisor.Length > 0 || entry.ReviewOn is not null;

    /// <summary>What a decision asks of such an entry; the day of its review counts as its expiry when it is sooner.</summary>
    internal static WatchlistEntry WithoutMore(WatchlistEntry entry) => !HasMore(entry) ? entry : entry with
    {
        ExpiresOn = entry.LapsesOn,
        ReviewOn = null,
        Direction = CrossingDirection.NotSaid,
        CourtReference = "",
        Supervisor = "",
    };

    private static uint Shape(WatchlistEntry entry, ReadOnlySpan<WrittenName> names)
    {
        var isOneName = entry.Names.Length == 1 && entry.Names[0].Quality == NameQuality.Primary;
        var isOneDate = entry.BirthDates.Length == 1 && entry.BirthDates[0].From == entry.BirthDates[0].To && !entry.BirthDates[0].IsApproximate;
        return (entry.Sex switch { '\0' => 0u, 'M' => 1, 'F' => 2, _ => OtherSex })
            | (entry.Reference.Length > 0 ? HasReference : 0)
            | (isOneName ? HasOneName : 0)
            | (isOneDate ? HasOneBirthDate : entry.BirthDates.IsEmpty ? 0 : HasBirthDates)
            | (entry.Nationalities.Length == 1 ? HasOneNationality : 0)
            | (entry.Documents.IsEmpty && entry.Cleared.IsEmpty ? 0 : HasDocuments);
    }

    private static void WriteNames(PackedWriter writer, uint shape, ImmutableArray<ListedName> names, ReadOnlySpan<WrittenName> written)
    {
        if ((shape & HasOneName) == 0)
            writer.Number((uint)names.Length);
        for (var i = 0; i < names.Length; i++)
        {
            // Of several names each says how well it is supported and which of the entry's names in the index it is.
            if ((shape & HasOneName) == 0)
                writer.Number((uint)names[i].Quality | ((uint)written[i].Place << QualityBits));
            writer.Number((uint)written[i].Pattern);
            if (written[i].Pattern == 0)
                writer.Text(names[i].Text);
        }
    }

    private static void WriteNationalities(PackedWriter writer, uint shape, ImmutableArray<string> nationalities)
    {
        if ((shape & HasOneNationality) == 0)
            writer.Number((uint)nationalities.Length);
        foreach (var nationality in nationalities)
        {
            // Three letters are a number; anything else has its length above those numbers.
            if (nationality is [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z'])
                writer.Number((uint)((((nationality[0] - 'A') * 26) + nationality[1] - 'A') * 26) + nationality[2] - 'A');
            else
                writer.Text(nationality, PackedParts.Countries);
        }
    }

    private static PackageFailure Failure(string reason) => new(PackageStage.Records, reason);
}

/// <summary>What the entries of a package refer to, read once when it is opened.</summary>
/// <param name="Templates">By number.</param>
/// <param name="Patterns">Of names, by number; sound.</param>
internal sealed record SharedParts(EntryTemplate[] Templates, byte[][] Patterns);
