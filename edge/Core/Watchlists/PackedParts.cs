using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>Parts of packed entries that are the same in formats 2 and 3.</summary>
internal static class PackedParts
{
    /// <summary>Codes of three letters are numbers below this one.</summary>
    internal const uint Countries = 26 * 26 * 26;

    internal const int CountryLength = 3;

    internal static void WriteBirthDates(PackedWriter writer, ImmutableArray<ListedBirthDate> dates)
    {
        writer.Number((uint)dates.Length);
        foreach (var birth in dates)
        {
            writer.Number((birth.IsApproximate ? 1u : 0) | (birth.From == birth.To ? 2u : 0)).Number(Date(birth.From));
            if (birth.From != birth.To)
                writer.Number(Date(birth.To));
        }
    }

    internal static ImmutableArray<ListedBirthDate> ReadBirthDates(ref PackedReader reader, int count)
    {
        var dates = new ListedBirthDate[count];
        for (var i = 0; i < dates.Length; i++)
            dates[i] = ReadBirthDate(ref reader);
        return ImmutableCollectionsMarshal.AsImmutableArray(dates);
    }

    internal static ListedBirthDate ReadBirthDate(ref PackedReader reader)
    {
        var flags = reader.Number();
        var from = ReadDate(ref reader);
        return new ListedBirthDate(from, (flags & 2) != 0 ? from : ReadDate(ref reader), (flags & 1) != 0);
    }

    internal static void WriteDocuments(PackedWriter writer, ImmutableArray<ListedDocument> documents)
    {
        writer.Number((uint)documents.Length);
        foreach (var document in documents)
            writer.Text(document.Type).Text(document.Number).Text(document.IssuingState);
    }

    internal static ImmutableArray<ListedDocument> ReadDocuments(ref PackedReader reader, int count)
    {
        var documents = new ListedDocument[count];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = PackedDocument.Read(ref reader).Decode();
        return ImmutableCollectionsMarshal.AsImmutableArray(documents);
    }

    internal static void WriteCleared(PackedWriter writer, ImmutableArray<ClearedTraveller> travellers)
    {
        writer.Number((uint)travellers.Length);
        foreach (var cleared in travellers)
        {
            writer.Text(cleared.DocumentNumber).Text(cleared.IssuingState).Number(Date(cleared.BirthDate))
                .Number((uint)cleared.ExpiresOn.DayNumber).Text(cleared.Reference);
        }
    }

    internal static ImmutableArray<ClearedTraveller> ReadCleared(ref PackedReader reader, int count)
    {
        var travellers = new ClearedTraveller[count];
        for (var i = 0; i < travellers.Length; i++)
            travellers[i] = PackedClearedTraveller.Read(ref reader).Decode();
        return ImmutableCollectionsMarshal.AsImmutableArray(travellers);
    }

    /// <summary>Reads a nationality.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <param name="letters">Room for <see cref="CountryLength"/> letters, filled when the method returns true.</param>
    /// <param name="text">The nationality when the method returns false.</param>
    /// <returns>True for a code of three letters, false for a text.</returns>
    internal static bool TryReadCountry(scoped ref PackedReader reader, scoped Span<char> letters, out ReadOnlySpan<byte> text)
    {
        var number = reader.Number();
        text = number >= Countries ? reader.Bytes(number - Countries) : [];
        if (number >= Countries)
            return false;
        letters[0] = (char)('A' + (number / (26 * 26)));
        letters[1] = (char)('A' + (number / 26 % 26));
        letters[2] = (char)('A' + (number % 26));
        return true;
    }

    internal static uint Date(PartialDate date) => ((uint)date.Year << 9) | ((uint)date.Month << 5) | date.Day;

    /// <summary>Parts that make no date read as unknown; the check of the state root finds such a record.</summary>
    internal static PartialDate ReadDate(ref PackedReader reader)
    {
        var packed = reader.Number();
        return PartialDate.TryCreate((int)(packed >> 9), (int)((packed >> 5) & 15), (int)(packed & 31), out var date) ? date : default;
    }

    /// <summary>What does not fit a byte is no value that anybody knows.</summary>
    internal static byte Small(uint number) => (byte)Math.Min(number, byte.MaxValue);

    internal static DateOnly Day(uint number) => DateOnly.FromDayNumber((int)Math.Min(number, (uint)DateOnly.MaxValue.DayNumber));
}

/// <summary>A document in a packed entry; texts as UTF-8.</summary>
internal readonly ref struct PackedDocument
{
    private readonly ReadOnlySpan<byte> _type;
    private readonly ReadOnlySpan<byte> _issuingState;

    private PackedDocument(ReadOnlySpan<byte> type, ReadOnlySpan<byte> number, ReadOnlySpan<byte> issuingState)
    {
        _type = type;
        Number = number;
        _issuingState = issuingState;
    }

    internal ReadOnlySpan<byte> Number { get; }

    internal static PackedDocument Read(scoped ref PackedReader reader) => new(reader.Bytes(), reader.Bytes(), reader.Bytes());

    internal ListedDocument Decode() =>
        new(Encoding.UTF8.GetString(_type), Encoding.UTF8.GetString(Number), Encoding.UTF8.GetString(_issuingState));
}

/// <summary>A cleared traveller in a packed entry; texts as UTF-8.</summary>
internal readonly ref struct PackedClearedTraveller
{
    private readonly ReadOnlySpan<byte> _reference;

    private PackedClearedTraveller(scoped ref PackedReader reader)
    {
        DocumentNumber = reader.Bytes();
        IssuingState = reader.Bytes();
        BirthDate = PackedParts.ReadDate(ref reader);
        ExpiresOn = PackedParts.Day(reader.Number());
        _reference = reader.Bytes();
    }

    internal ReadOnlySpan<byte> DocumentNumber { get; }

    internal ReadOnlySpan<byte> IssuingState { get; }

    internal PartialDate BirthDate { get; }

    internal DateOnly ExpiresOn { get; }

    internal static PackedClearedTraveller Read(scoped ref PackedReader reader) => new(ref reader);

    internal ClearedTraveller Decode() => new(
        Encoding.UTF8.GetString(DocumentNumber), Encoding.UTF8.GetString(IssuingState), BirthDate, ExpiresOn, Encoding.UTF8.GetString(_reference));
}

/// <summary>A name in a packed entry.</summary>
internal readonly ref struct PackedName
{
    private readonly uint _place;
    private readonly uint _pattern;
    private readonly ReadOnlySpan<byte> _text;

    private PackedName(scoped ref PackedReader reader, bool hasQuality)
    {
        var qualityAndPlace = hasQuality ? reader.Number() : (uint)NameQuality.Primary;
        Quality = (NameQuality)(qualityAndPlace & PackedEntry.QualityMask);
        _place = qualityAndPlace >> PackedEntry.QualityBits;
        _pattern = reader.Number();
        _text = _pattern == 0 ? reader.Bytes() : [];
    }

    /// <summary>Perhaps none that is known.</summary>
    internal NameQuality Quality { get; }

    /// <summary>Reads a name.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <param name="hasQuality">False for the one name of an entry: it is primary, and the entry's first.</param>
    internal static PackedName Read(scoped ref PackedReader reader, bool hasQuality) => new(ref reader, hasQuality);

    /// <summary>The text; false when pattern and tokens are of different names: the bytes are not what was written.</summary>
    internal bool TryDecode(byte[][] patterns, in PackageIndex index, int firstName, out string text)
    {
        text = _pattern == 0 ? Encoding.UTF8.GetString(_text) : "";
        var name = firstName + (long)_place;
        return _pattern == 0
            || (_pattern <= (uint)patterns.Length && name < index.NameCount && NamePattern.TryWrite(patterns[(int)_pattern - 1], index, (int)name, out text));
    }
}
