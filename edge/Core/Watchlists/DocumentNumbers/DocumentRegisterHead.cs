using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Watchlists;

/// <summary>Several lists that name the same documents: a row has room for one number.</summary>
/// <param name="Number">By which rows name it; no list has it.</param>
/// <param name="Lists">Two or more, by rising number.</param>
public sealed record DocumentListGroup(ushort Number, ImmutableArray<ushort> Lists);

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

    private readonly Dictionary<ushort, ImmutableArray<DocumentListTerms>> _byNumber;

    /// <param name="listKey">16 bytes.</param>
    /// <param name="lists">By rising number.</param>
    /// <param name="groups">By rising number; of lists that are there.</param>
    public DocumentRegisterHead(ReadOnlySpan<byte> listKey, ImmutableArray<DocumentListTerms> lists, ImmutableArray<DocumentListGroup> groups = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(listKey.Length, SipHash.KeyLength, nameof(listKey));
        (ListKey, Lists, Groups) = (listKey.ToArray(), lists, groups.IsDefault ? [] : groups);
        _byNumber = lists.ToDictionary(static list => list.Number, static list => ImmutableArray.Create(list));
        foreach (var group in Groups)
            _byNumber.Add(group.Number, [.. group.Lists.Select(number => _byNumber[number][0])]);
    }

    /// <summary>The key of the table and of every run over it.</summary>
    public ReadOnlyMemory<byte> ListKey { get; }

    public ImmutableArray<DocumentListTerms> Lists { get; }

    /// <summary>Lists that name the same documents; empty as a rule.</summary>
    public ImmutableArray<DocumentListGroup> Groups { get; }

    /// <summary>The list of this number, or those of the group of it; empty when there is neither.</summary>
    public ImmutableArray<DocumentListTerms> Find(ushort number) => _byNumber.TryGetValue(number, out var lists) ? lists : [];

    /// <summary>True when numbers under the key of one can be compared with numbers under the key of the other.</summary>
    public bool HasSameKey(DocumentRegisterHead other) => CryptographicOperations.FixedTimeEquals(ListKey.Span, other.ListKey.Span);

    public byte[] Encode()
    {
        var lists = new CanonicalWriter(ItemMark);
        for (var i = 0; i < Lists.Length; i++)
            lists.Bytes(checked((ushort)(i + 1)), Encode(Lists[i]));
        var head = new CanonicalWriter(Mark).Bytes(1, ListKey.Span).Bytes(2, lists.ToArray());
        if (Groups.IsEmpty)
            return head.ToArray();
        var groups = new CanonicalWriter(ItemMark);
        for (var i = 0; i < Groups.Length; i++)
            groups.Bytes(checked((ushort)(i + 1)), Encode(Groups[i]));
        return head.Bytes(3, groups.ToArray()).ToArray();
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

        if (read.Count != lists.CountFrom(0))
            return Refused($"list {read.Count + 1} is missing");
        if (!TryGroups(reader, read, out var groups, out problem))
            return Refused($"its groups of lists: {problem}");
        return new DocumentRegisterHead(key.Span, read.ToImmutable(), groups);
    }

    private static bool TryGroups(
        CanonicalReader reader, ImmutableArray<DocumentListTerms>.Builder lists, out ImmutableArray<DocumentListGroup> groups, out string problem)
    {
        groups = [];
        problem = "";
        if (!reader.TryBytes(3, out var items))
            return true;
        if (!CanonicalReader.TryOpen(items, ItemMark, out var parts, out problem))
            return false;
        var known = lists.Select(static list => list.Number).ToHashSet();
        var read = ImmutableArray.CreateBuilder<DocumentListGroup>();
        for (var i = 1; parts.TryBytes((ushort)i, out var item); i++)
        {
            if (!TryGroup(item, known, out var group) || known.Contains(group.Number) || (read.Count > 0 && read[^1].Number >= group.Number))
            {
                problem = $"group {i} is damaged, or its number does not rise";
                return false;
            }

            read.Add(group);
        }

        groups = read.ToImmutable();
        problem = read.Count > 0 && read.Count == parts.CountFrom(0) ? "" : $"group {read.Count + 1} is missing";
        return problem.Length == 0;
    }

    private static bool TryGroup(ReadOnlyMemory<byte> bytes, HashSet<ushort> known, out DocumentListGroup group)
    {
        group = new DocumentListGroup(0, []);
        if (!CanonicalReader.TryOpen(bytes, ItemMark, out var part, out _)
            || !(part.TryUInt16(1, out var number) & part.TryBytes(2, out var members))
            || number > DocumentListTerms.NumberMax
            || members.Length < 2 * sizeof(ushort) || members.Length % sizeof(ushort) != 0)
        {
            return false;
        }

        var lists = ImmutableArray.CreateBuilder<ushort>(members.Length / sizeof(ushort));
        for (var at = 0; at < members.Length; at += sizeof(ushort))
        {
            var list = BinaryPrimitives.ReadUInt16LittleEndian(members.Span[at..]);
            if (!known.Contains(list) || (lists.Count > 0 && lists[^1] >= list))
                return false;
            lists.Add(list);
        }

        group = new DocumentListGroup(number, lists.MoveToImmutable());
        return true;
    }

    private static byte[] Encode(DocumentListGroup group)
    {
        var members = new byte[group.Lists.Length * sizeof(ushort)];
        for (var i = 0; i < group.Lists.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(members.AsSpan(i * sizeof(ushort)), group.Lists[i]);
        return new CanonicalWriter(ItemMark).UInt16(1, group.Number).Bytes(2, members).ToArray();
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
