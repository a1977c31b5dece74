using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Watchlists.Deltas;

/// <summary>
/// Canonical records turned on their side: what stands at the same place of all records stands together, so that a compressor sees
/// names beside names and dates beside dates. Knows only the shape of canonical bytes (<see cref="CanonicalWriter"/>), not what
/// they mean: fields of later programs travel through it unchanged.
/// </summary>
/// <remarks>
/// A record is a tree: a value that is canonical bytes itself is a branch, any other a leaf. A place is the way of tags from the
/// root; the numbered items of a list share one. Each branch is one number in the column of its place: its form (mark, tags, which of
/// them are branches), followed for a list by how many items. Each leaf is a length and bytes in the columns of its place.
/// </remarks>
internal static class RecordColumns
{
    /// <summary>Deeper than any record is; damage cannot make a reader recurse further.</summary>
    private const int DepthMax = 8;

    /// <summary>Different places of a record, against damage.</summary>
    private const int PlacesMax = 4096;

    private const int FormsMax = 1 << 20;

    /// <summary>No record is nearly as long, in bytes.</summary>
    private const int RecordBytesMax = 16 * 1024 * 1024;

    /// <summary>Writes the records.</summary>
    /// <exception cref="ArgumentException">One of them is not canonical bytes.</exception>
    internal static void Write(PackedWriter output, IReadOnlyCollection<byte[]> records)
    {
        var root = new Place();
        foreach (var record in records)
        {
            if (!TryBranch(record, out var fields))
                throw new ArgumentException("A record is not canonical bytes.", nameof(records));
            root.Add(record, fields, 0);
        }

        output.Number((uint)records.Count);
        root.Write(output);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Stands before it; damaged afterwards when it is no such thing.</param>
    /// <param name="budget">Bytes of memory that columns and records may still take.</param>
    internal static List<byte[]> Read(ref PackedReader reader, ref long budget)
    {
        var count = reader.Number();
        var places = 0;
        var root = Place.Read(ref reader, 0, ref places, ref budget);
        var records = new List<byte[]>();
        var record = new List<byte>();
        for (var i = 0u; i < count && !reader.IsDamaged; i++)
        {
            // A byte of a column is enough for a record, or for an item of a record of millions.
            record.Clear();
            if (!root.TryTake(record, RecordBytesMax) || (budget -= record.Count + ByteColumn.BytesPerValue) < 0)
                reader.Damage();
            else
                records.Add([.. record]);
        }

        if (!reader.IsDamaged && !root.IsUsedUp)
            reader.Damage();
        return records;
    }

    /// <summary>Where the fields of canonical bytes lie; false for anything else.</summary>
    private static bool TryBranch(ReadOnlySpan<byte> bytes, out List<Field> fields)
    {
        fields = [];
        if (bytes.Length < CanonicalReader.MarkLength || bytes[0] != (byte)'E' || bytes[1] != (byte)'C')
            return false;
        var lastTag = -1;
        for (var at = CanonicalReader.MarkLength; at < bytes.Length;)
        {
            if (bytes.Length - at < PrefixLength)
                return false;
            var tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 2)..]);
            at += PrefixLength;
            if (tag <= lastTag || length > (uint)(bytes.Length - at))
                return false;
            fields.Add(new Field(tag, at, (int)length));
            at += (int)length;
            lastTag = tag;
        }

        return true;
    }

    /// <summary>Tag and length before a value.</summary>
    private const int PrefixLength = 6;

    private readonly record struct Field(ushort Tag, int Start, int Length);

    /// <summary>The shape of a branch.</summary>
    /// <param name="IsList">Items numbered from 1, all branches; their number is not part of the form.</param>
    /// <param name="Mark">The four bytes in front.</param>
    /// <param name="Fields">Tag, doubled, and one more for a branch; empty for a list.</param>
    private sealed record Form(bool IsList, uint Mark, uint[] Fields)
    {
        internal bool Is(bool isList, uint mark, ReadOnlySpan<uint> fields) => IsList == isList && Mark == mark && fields.SequenceEqual(Fields);
    }

    /// <summary>What stands at one place of all records.</summary>
    private sealed class Place
    {
        private const ushort Items = 0;

        private readonly List<Form> _forms = [];
        private readonly SortedDictionary<ushort, Place> _branches = [];
        private readonly SortedDictionary<ushort, LeafColumn> _leaves = [];
        private readonly PackedWriter _written = new();
        private byte[] _numbers = [];
        private int _numbersAt;

        internal bool IsUsedUp =>
            _numbersAt == _numbers.Length && _branches.Values.All(static place => place.IsUsedUp) && _leaves.Values.All(static leaf => leaf.IsUsedUp);

        internal void Add(ReadOnlySpan<byte> bytes, List<Field> fields, int depth)
        {
            var inner = new List<Field>?[fields.Count];
            var shape = new uint[fields.Count];
            var isList = fields.Count > 0;
            for (var i = 0; i < fields.Count; i++)
            {
                var isBranch = depth + 1 < DepthMax && TryBranch(bytes.Slice(fields[i].Start, fields[i].Length), out inner[i]!);
                if (!isBranch)
                    inner[i] = null;
                isList &= isBranch && fields[i].Tag == i + 1;
                shape[i] = ((uint)fields[i].Tag << 1) | (isBranch ? 1u : 0);
            }

            _written.Number(FormOf(isList, BinaryPrimitives.ReadUInt32LittleEndian(bytes), isList ? [] : shape));
            if (isList)
                _written.Number((uint)fields.Count);
            for (var i = 0; i < fields.Count; i++)
            {
                var (tag, start, length) = fields[i];
                if (inner[i] is { } branch)
                    At(_branches, isList ? Items : tag).Add(bytes.Slice(start, length), branch, depth + 1);
                else
                    At(_leaves, tag).Add(bytes.Slice(start, length));
            }
        }

        internal void Write(PackedWriter output)
        {
            output.Number((uint)_forms.Count);
            foreach (var form in _forms)
            {
                output.Number(form.IsList ? 1u : 0).Number(form.Mark).Number((uint)form.Fields.Length);
                foreach (var field in form.Fields)
                    output.Number(field);
            }

            output.Bytes(_written.Written);
            output.Number((uint)_leaves.Count);
            foreach (var (tag, leaf) in _leaves)
            {
                output.Number(tag);
                leaf.Write(output);
            }

            output.Number((uint)_branches.Count);
            foreach (var (tag, place) in _branches)
            {
                output.Number(tag);
                place.Write(output);
            }
        }

        internal static Place Read(ref PackedReader reader, int depth, ref int places, ref long budget)
        {
            var place = new Place();
            if (depth >= DepthMax || ++places > PlacesMax)
            {
                reader.Damage();
                return place;
            }

            var forms = reader.Count(FormsMax);
            for (var i = 0; i < forms; i++)
            {
                var isList = reader.Number() != 0;
                var mark = reader.Number();
                var fields = new uint[reader.Count()];
                for (var field = 0; field < fields.Length; field++)
                    fields[field] = NumberUpTo(ref reader, (ushort.MaxValue << 1) | 1);
                place._forms.Add(new Form(isList, mark, fields));
            }

            place._numbers = reader.Bytes().ToArray();
            for (var leaves = reader.Count(); leaves > 0; leaves--)
                place._leaves[(ushort)NumberUpTo(ref reader, ushort.MaxValue)] = LeafColumn.Read(ref reader, ref budget);
            for (var branches = reader.Count(); branches > 0; branches--)
                place._branches[(ushort)NumberUpTo(ref reader, ushort.MaxValue)] = Read(ref reader, depth + 1, ref places, ref budget);
            return place;
        }

        private static uint NumberUpTo(ref PackedReader reader, uint max)
        {
            var number = reader.Number();
            return number <= max ? number : reader.Damage();
        }

        /// <summary>Adds the next branch of this place as canonical bytes; false when the columns do not agree, or it grows beyond what it may take.</summary>
        internal bool TryTake(List<byte> output, long bytesMax)
        {
            var numbers = new PackedReader(_numbers.AsSpan(_numbersAt));
            var number = numbers.Number();
            if (numbers.IsDamaged || number >= (uint)_forms.Count)
                return false;
            var form = _forms[(int)number];
            var items = form.IsList ? (int)Math.Min(numbers.Number(), ushort.MaxValue) : form.Fields.Length;
            if (numbers.IsDamaged)
                return false;
            _numbersAt = _numbers.Length - numbers.Left;
            BinaryPrimitives.WriteUInt32LittleEndian(Grow(output, sizeof(uint)), form.Mark);
            for (var i = 0; i < items; i++)
            {
                var (tag, isBranch) = form.IsList ? (i + 1, true) : ((int)(form.Fields[i] >> 1), (form.Fields[i] & 1) != 0);
                var start = output.Count;
                Grow(output, PrefixLength);
                if (isBranch)
                {
                    if (!_branches.TryGetValue(form.IsList ? Items : (ushort)tag, out var place) || !place.TryTake(output, bytesMax))
                        return false;
                }
                else if (_leaves.TryGetValue((ushort)tag, out var leaf) && leaf.TryTake(out var value))
                {
                    value.CopyTo(Grow(output, value.Length));
                }
                else
                {
                    return false;
                }

                if (output.Count > bytesMax)
                    return false;
                var prefix = CollectionsMarshal.AsSpan(output).Slice(start, PrefixLength);
                BinaryPrimitives.WriteUInt16LittleEndian(prefix, (ushort)tag);
                BinaryPrimitives.WriteUInt32LittleEndian(prefix[2..], (uint)(output.Count - start - PrefixLength));
            }

            return true;
        }

        /// <summary>Makes room at the end; good until it grows again.</summary>
        private static Span<byte> Grow(List<byte> output, int count)
        {
            CollectionsMarshal.SetCount(output, output.Count + count);
            return CollectionsMarshal.AsSpan(output)[^count..];
        }

        private uint FormOf(bool isList, uint mark, uint[] fields)
        {
            var found = _forms.FindIndex(form => form.Is(isList, mark, fields));
            if (found >= 0)
                return (uint)found;
            _forms.Add(new Form(isList, mark, fields));
            return (uint)_forms.Count - 1;
        }

        private static T At<T>(SortedDictionary<ushort, T> at, ushort tag)
            where T : new()
        {
            if (!at.TryGetValue(tag, out var found))
                at.Add(tag, found = new T());
            return found;
        }
    }

    /// <summary>The values of one leaf of all records.</summary>
    private sealed class LeafColumn
    {
        private readonly List<byte[]> _values = [];
        private int _next;

        internal bool IsUsedUp => _next == _values.Count;

        internal void Add(ReadOnlySpan<byte> value) => _values.Add(value.ToArray());

        internal bool TryTake(out byte[] value)
        {
            value = _next < _values.Count ? _values[_next] : [];
            return _next++ < _values.Count;
        }

        internal void Write(PackedWriter output) => ByteColumn.Write(output, CollectionsMarshal.AsSpan(_values));

        internal static LeafColumn Read(ref PackedReader reader, ref long budget)
        {
            var column = new LeafColumn();
            column._values.AddRange(ByteColumn.Read(ref reader, ref budget));
            return column;
        }
    }
}
