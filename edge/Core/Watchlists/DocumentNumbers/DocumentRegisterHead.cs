using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// What stands before the numbers of a register (format mark "ECG" 1): the list key, and the lists that the rows name. It travels sealed, so
/// that the key is never beside a table that is not.
/// </summary>
public sealed class DocumentRegisterHead
{
    /// <summary>Largest head that is read, in bytes.</summary>
    public const int BytesMax = 1024 * 1024;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'G', 1];
    private static readonly byte[] ItemMark = [(byte)'E', (byte)'C', (byte)'I', 1];

    private readonly ImmutableDictionary<ushort, DocumentListTerms> _byNumber;

    /// <param name="listKey">16 bytes.</param>
    /// <param name="lists">By rising number.</param>
    public DocumentRegisterHead(ReadOnlySpan<byte> listKey, ImmutableArray<DocumentListTerms> lists)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(listKey.Length, SipHash.KeyLength, nameof(listKey));
        (ListKey, Lists) = (listKey.ToArray(), lists);
        _byNumber = lists.ToImmutableDictionary(static list => list.Number);
    }

    /// <summary>The key of the table and of every run over it.</summary>
    public ReadOnlyMemory<byte> ListKey { get; }

    public ImmutableArray<DocumentListTerms> Lists { get; }

    /// <summary>The list of this number; null when there is none.</summary>
    public DocumentListTerms? Find(ushort number) => _byNumber.GetValueOrDefault(number);

    /// <summary>True when numbers under the key of one can be compared with numbers under the key of the other.</summary>
    public bool HasSameKey(DocumentRegisterHead other) => CryptographicOperations.FixedTimeEquals(ListKey.Span, other.ListKey.Span);

    public byte[] Encode()
    {
        var lists = new CanonicalWriter(ItemMark);
        for (var i = 0; i < Lists.Length; i++)
            lists.Bytes(checked((ushort)(i + 1)), Encode(Lists[i]));
        return new CanonicalWriter(Mark).Bytes(1, ListKey.Span).Bytes(2, lists.ToArray()).ToArray();
    }

    /// <summary>Reads untrusted bytes.</summary>
    public static Result<DocumentRegisterHead, DocumentTableFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Refused(problem);
        if (!(reader.TryBytes(1, SipHash.KeyLength, out var key) & reader.TryBytes(2, out var items)))
            return Refused("a compulsory field is missing or has the wrong length");
        if (!CanonicalReader.TryOpen(items, ItemMark, out var lists, out problem))
            return Refused($"its lists: {problem}");
        var read = ImmutableArray.CreateBuilder<DocumentListTerms>();
        for (var i = 1; lists.TryBytes((ushort)i, out var item); i++)
        {
            if (!TryList(item, out var list) || (read.Count > 0 && read[^1].Number >= list.Number))
                return Refused($"list {i} is damaged, or its number does not rise");
            read.Add(list);
        }

        return read.Count == lists.CountFrom(0) ? new DocumentRegisterHead(key.Span, read.ToImmutable()) : Refused($"list {read.Count + 1} is missing");
    }

    private static byte[] Encode(DocumentListTerms list) =>
        new CanonicalWriter(ItemMark)
            .UInt16(1, list.Number)
            .Text(2, list.Name)
            .Text(3, list.Owner)
            .Text(4, list.LegalBasis)
            .Text(5, list.Purpose)
            .Byte(6, (byte)list.Action)
            .OptionalText(7, list.Contact)
            .UInt32(8, (uint)list.ExpiresOn.DayNumber)
            .ToArray();

    private static bool TryList(ReadOnlyMemory<byte> bytes, out DocumentListTerms list)
    {
        list = null!;
        if (!CanonicalReader.TryOpen(bytes, ItemMark, out var part, out _)
            || !(part.TryUInt16(1, out var number) & part.Has(2) & part.TryByte(6, out var action) & part.TryUInt32(8, out var expiry))
            || number > DocumentListTerms.NumberMax
            || action is < (byte)RequestedAction.Inform or > (byte)RequestedAction.SeizeDocument
            || expiry > (uint)DateOnly.MaxValue.DayNumber)
        {
            return false;
        }

        list = new DocumentListTerms
        {
            Number = number,
            Name = part.Text(2),
            Owner = part.Text(3),
            LegalBasis = part.Text(4),
            Purpose = part.Text(5),
            Action = (RequestedAction)action,
            Contact = part.Text(7),
            ExpiresOn = DateOnly.FromDayNumber((int)expiry),
        };
        return true;
    }

    private static DocumentTableFailure Refused(string reason) => new(DocumentTableStage.Header, reason);
}
