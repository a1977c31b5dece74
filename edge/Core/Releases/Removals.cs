using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>An entry that must not match, and until when.</summary>
/// <param name="EntryId">As in the watchlist, 1 to <see cref="Removals.EntryIdLengthMax"/> characters.</param>
/// <param name="LapsesAtUnixMicroseconds">
/// From then on it matches again unless a watchlist has left it out meanwhile; microseconds since 1970-01-01T00:00:00Z.
/// </param>
public readonly record struct Removal(string EntryId, long LapsesAtUnixMicroseconds);

/// <summary>
/// The content of a suppression release, its segment "removals" (format mark "ECE" 1): every suppression in force, by identifier. It
/// has no room for an entry, so that whoever may suppress can add nothing. The newest release replaces those before it.
/// </summary>
/// <remarks>
/// Canonical to the byte: there is one encoding of a meaning and any other is refused, since the state root of the release is the
/// hash of these bytes. A later form will have another mark.
/// </remarks>
public sealed class Removals
{
    /// <summary>Most suppressions in force: they are urgent and end within days.</summary>
    public const int CountMax = 10_000;

    public const int EntryIdLengthMax = 128;

    /// <summary>Longest content that is read, in bytes: more than the longest that can be written.</summary>
    public const int BytesMax = 8 * 1024 * 1024;

    private const ushort FirstTag = 1;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'E', 1];

    private static readonly byte[] ItemMark = [(byte)'E', (byte)'C', (byte)'I', 1];

    private Removals(ImmutableArray<Removal> items) => Items = items;

    /// <summary>In the ordinal order of their identifiers, each once.</summary>
    public ImmutableArray<Removal> Items { get; }

    /// <summary>Puts suppressions in order.</summary>
    /// <exception cref="ArgumentException">An identifier stands twice or is not one, or there are too many.</exception>
    public static Removals Of(IEnumerable<Removal> items)
    {
        var sorted = items.OrderBy(static item => item.EntryId, StringComparer.Ordinal).ToImmutableArray();
        return Problem(sorted) is { } problem ? throw new ArgumentException(problem, nameof(items)) : new Removals(sorted);
    }

    /// <summary>The state root of a release with this content: SHA-256 of its bytes, 32 bytes.</summary>
    public static byte[] StateRootOf(ReadOnlySpan<byte> content) => SHA256.HashData(content);

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Mark);
        for (var i = 0; i < Items.Length; i++)
        {
            writer.Bytes(
                (ushort)(FirstTag + i),
                new CanonicalWriter(ItemMark).Text(1, Items[i].EntryId).Int64(2, Items[i].LapsesAtUnixMicroseconds).ToArray());
        }

        return writer.ToArray();
    }

    /// <summary>Reads untrusted bytes.</summary>
    public static Result<Removals, ReleaseFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax)
            return Failure($"{bytes.Length} bytes are more than {BytesMax}");
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Failure(problem);
        var count = reader.CountFrom(0);
        if (count > CountMax)
            return Failure($"more than {CountMax} removals");
        var items = ImmutableArray.CreateBuilder<Removal>(count);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryBytes((ushort)(FirstTag + i), out var part)
                || !CanonicalReader.TryOpen(part, ItemMark, out var item, out _)
                || !(item.Has(1) & item.TryInt64(2, out var lapsesAt)))
            {
                return Failure($"removal {i} is damaged or missing");
            }

            items.Add(new Removal(item.Text(1), lapsesAt));
        }

        var read = items.ToImmutable();
        if (Problem(read) is { } fault)
            return Failure(fault);
        var removals = new Removals(read);
        return removals.Encode().AsSpan().SequenceEqual(bytes.Span) ? removals : Failure("it is not written in the one canonical way");
    }

    /// <summary>True while an entry is suppressed.</summary>
    /// <param name="entryId">Identifier of an entry of the watchlist.</param>
    /// <param name="nowUnixMicroseconds">The clock; null when it is doubtful, since a doubtful clock lets nothing lapse.</param>
    public bool Suppresses(string entryId, long? nowUnixMicroseconds)
    {
        var (low, high) = (0, Items.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Items[middle].EntryId, entryId);
            if (order == 0)
                return nowUnixMicroseconds is not { } now || now < Items[middle].LapsesAtUnixMicroseconds;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    private static string? Problem(ImmutableArray<Removal> items)
    {
        if (items.Length > CountMax)
            return $"more than {CountMax} removals";
        for (var i = 0; i < items.Length; i++)
        {
            var id = items[i].EntryId;
            if (id.Length is 0 or > EntryIdLengthMax || id.Any(char.IsControl))
                return $"removal {i} has no identifier of 1 to {EntryIdLengthMax} characters";
            if (items[i].LapsesAtUnixMicroseconds <= 0)
                return $"removal {i} has no time at which it lapses";
            if (i > 0 && string.CompareOrdinal(items[i - 1].EntryId, id) >= 0)
                return $"removal {i} stands twice or out of order";
        }

        return null;
    }

    private static ReleaseFailure Failure(string reason) => new(ReleaseStage.Content, reason);
}
