using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>Parts of packed entries that are the same in formats 2 and 3.</summary>
internal static class PackedParts
{
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

    internal static ImmutableArray<ListedBirthDate> ReadBirthDates(ref PackedReader reader)
    {
        var dates = new ListedBirthDate[reader.Count()];
        for (var i = 0; i < dates.Length; i++)
        {
            var flags = reader.Number();
            var from = ReadDate(ref reader);
            dates[i] = new ListedBirthDate(from, (flags & 2) != 0 ? from : ReadDate(ref reader), (flags & 1) != 0);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(dates);
    }

    internal static void WriteDocuments(PackedWriter writer, ImmutableArray<ListedDocument> documents)
    {
        writer.Number((uint)documents.Length);
        foreach (var document in documents)
            writer.Text(document.Type).Text(document.Number).Text(document.IssuingState);
    }

    internal static ImmutableArray<ListedDocument> ReadDocuments(ref PackedReader reader)
    {
        var documents = new ListedDocument[reader.Count()];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = new ListedDocument(reader.Text(), reader.Text(), reader.Text());
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

    internal static ImmutableArray<ClearedTraveller> ReadCleared(ref PackedReader reader)
    {
        var travellers = new ClearedTraveller[reader.Count()];
        for (var i = 0; i < travellers.Length; i++)
            travellers[i] = new ClearedTraveller(reader.Text(), reader.Text(), ReadDate(ref reader), Day(reader.Number()), reader.Text());
        return ImmutableCollectionsMarshal.AsImmutableArray(travellers);
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
