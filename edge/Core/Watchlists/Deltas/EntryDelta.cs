using System.Collections.Immutable;
using System.Text;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Watchlists.Deltas;

/// <summary>An entry that a delta puts: new, or in the place of the one with its identifier.</summary>
/// <param name="Record">Its canonical bytes.</param>
public sealed record DeltaEntry(WatchlistEntry Entry, byte[] Record);

/// <summary>Unpacks a zstd frame (RFC 8878).</summary>
/// <param name="frame">Untrusted bytes.</param>
/// <param name="plain">To be filled wholly; nothing beyond it is unpacked.</param>
/// <returns>False for a frame of another length, or none at all.</returns>
public delegate bool UnpackFrame(ReadOnlySpan<byte> frame, Span<byte> plain);

/// <summary>
/// What turns one version of a list into a later one, as operations on records: identifiers that go, entries that come or change
/// (format mark "ECD" 1; <see cref="RecordColumns"/> under zstd). Small, because a list that is regenerated every day is nearly the
/// same every day. Says nothing about trust: it travels as a signed and sealed segment, and the state root decides.
/// </summary>
public sealed class EntryDelta
{
    /// <summary>Largest delta that is read, unpacked, in bytes; a larger one is no smaller than the list.</summary>
    public const int UnpackedBytesMax = 64 * 1024 * 1024;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'D', 1];

    /// <summary>Version of the list that the delta is for.</summary>
    public required ulong FromVersion { get; init; }

    /// <summary>State root of that list, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> FromStateRoot { get; init; }

    /// <summary>Identifiers that go, in ordinal order; one that is put does not stand here.</summary>
    public required ImmutableArray<string> Removed { get; init; }

    /// <summary>By identifier, in ordinal order.</summary>
    public required ImmutableArray<DeltaEntry> Put { get; init; }

    /// <summary>Compares two lists.</summary>
    /// <param name="before">The list the delta is for.</param>
    /// <param name="after">Canonical bytes by identifier.</param>
    /// <exception cref="InvalidDataException">A record of either cannot be read.</exception>
    public static EntryDelta Between(WatchlistPackage before, IReadOnlyDictionary<string, byte[]> after)
    {
        var removed = new List<string>();
        var same = new HashSet<string>(StringComparer.Ordinal);
        for (var entry = 0; entry < before.EntryCount; entry++)
        {
            var id = before.EntryId(entry);
            if (!after.TryGetValue(id, out var record))
                removed.Add(id);
            else if (before.Record(entry).AsSpan().SequenceEqual(record))
                same.Add(id);
        }

        return new EntryDelta
        {
            FromVersion = before.Info.Version,
            FromStateRoot = before.Info.StateRoot,
            Removed = [.. removed.Order(StringComparer.Ordinal)],
            Put =
            [
                .. after.Where(item => !same.Contains(item.Key)).OrderBy(static item => item.Key, StringComparer.Ordinal)
                    .Select(static item => new DeltaEntry(Decode(item.Value), item.Value)),
            ],
        };
    }

    /// <summary>The bytes of the segment, before it is sealed.</summary>
    /// <param name="pack">Makes a zstd frame (RFC 8878); Core has no codec of its own.</param>
    /// <exception cref="ArgumentException">It has more than <see cref="UnpackedBytesMax"/> bytes.</exception>
    public byte[] Encode(Func<ReadOnlySpan<byte>, byte[]> pack)
    {
        var writer = new PackedWriter();
        ByteColumn.Write(writer, Removed.Select(Encoding.UTF8.GetBytes).ToArray());
        RecordColumns.Write(writer, [.. Put.Select(static put => put.Record)]);
        if (writer.Written.Length > UnpackedBytesMax)
            throw new ArgumentException($"A delta has at most {UnpackedBytesMax} bytes unpacked; this one has {writer.Written.Length}.");
        return new CanonicalWriter(Mark)
            .UInt64(1, FromVersion)
            .Bytes(2, FromStateRoot.Span)
            .UInt32(3, (uint)writer.Written.Length)
            .Bytes(4, pack(writer.Written))
            .ToArray();
    }

    /// <summary>Reads untrusted bytes strictly and within bounds: a frame that unpacks to more than it says is refused.</summary>
    public static Result<EntryDelta, PackageFailure> Decode(ReadOnlyMemory<byte> bytes, UnpackFrame tryUnpack)
    {
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Bad(problem);
        if (!(reader.TryUInt64(1, out var from) & reader.TryBytes(2, 32, out var root) & reader.TryUInt32(3, out var length)
            & reader.TryBytes(4, out var frame)))
        {
            return Bad("a compulsory field is missing or has the wrong length");
        }

        if (length > UnpackedBytesMax)
            return Bad($"{length} bytes unpacked are more than {UnpackedBytesMax}");
        var plain = new byte[length];
        if (!tryUnpack(frame.Span, plain))
            return Bad("it does not unpack to the length it names");
        return Decode(plain, from, root);
    }

    private static Result<EntryDelta, PackageFailure> Decode(ReadOnlySpan<byte> plain, ulong from, ReadOnlyMemory<byte> root)
    {
        var reader = new PackedReader(plain);
        long budget = UnpackedBytesMax * 4L;
        var removed = ByteColumn.Read(ref reader, ref budget);
        var records = RecordColumns.Read(ref reader, ref budget);
        if (reader.IsDamaged || !reader.IsAtEnd)
            return Bad("its columns do not agree with each other");
        var put = new DeltaEntry[records.Count];
        for (var i = 0; i < put.Length; i++)
        {
            if (!EntryRecord.Decode(records[i]).TryGet(out var entry, out var failure))
                return Bad($"entry {i}: {failure.Reason}");
            put[i] = new DeltaEntry(entry, records[i]);
        }

        var ids = Array.ConvertAll(removed, Encoding.UTF8.GetString);
        if (!Rises(ids) || !Rises(Array.ConvertAll(put, static entry => entry.Entry.EntryId)) || ids.Intersect(put.Select(static entry => entry.Entry.EntryId)).Any())
            return Bad("its identifiers do not rise, or one both goes and comes");
        return new EntryDelta { FromVersion = from, FromStateRoot = root.ToArray(), Removed = [.. ids], Put = [.. put] };
    }

    private static bool Rises(string[] ids)
    {
        for (var i = 1; i < ids.Length; i++)
        {
            if (string.CompareOrdinal(ids[i - 1], ids[i]) >= 0)
                return false;
        }

        return true;
    }

    private static WatchlistEntry Decode(byte[] record) =>
        EntryRecord.Decode(record).TryGet(out var entry, out var failure) ? entry : throw new InvalidDataException(failure.Reason);

    private static PackageFailure Bad(string reason) => new(PackageStage.Delta, reason);
}
