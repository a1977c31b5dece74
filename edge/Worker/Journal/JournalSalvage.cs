using System.Collections.Immutable;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>A lane of an epoch as far as it could be saved: one run of records that follow one another.</summary>
internal sealed record SavedLane(LanePosition Position, ImmutableArray<StoredRow> Rows);

/// <summary>What could be saved of a damaged journal.</summary>
/// <param name="Epochs">Oldest first.</param>
/// <param name="Stranded">Whole records behind one that is lost: central takes a lane only in order, so they travel inside records of the new epoch.</param>
/// <param name="Lost">Places of which nothing could be read.</param>
/// <param name="Forked">Places for which two different records prove themselves: a card that was copied and written on.</param>
/// <param name="Sources">What came from where.</param>
/// <param name="Closed">Lanes of which central does not take the rest.</param>
/// <param name="Findings">What an earlier recovery found, and perhaps no alert says yet.</param>
internal sealed record SavedJournal(
    ImmutableArray<Guid> Epochs,
    ImmutableArray<SavedLane> Lanes,
    ImmutableArray<StoredRow> Stranded,
    ImmutableArray<BrokenRecord> Lost,
    ImmutableArray<BrokenRecord> Forked,
    ImmutableArray<SalvagedFile> Sources,
    ImmutableArray<ClosedLane> Closed,
    ImmutableArray<Finding> Findings)
{
    internal int Count => Lanes.Sum(static lane => lane.Rows.Length);

    /// <summary>
    /// What is stranded and travels inside no other record. Of a card that was damaged twice a carrier may be stranded itself: then it is carried, with what it
    /// carries.
    /// </summary>
    internal ImmutableArray<StoredRow> Uncarried()
    {
        var told = CarriedIds();
        return [.. Stranded.Where(row => !RecordHeader.Parse(row.Header).TryGet(out var header, out _) || !told.Contains(header.RecordId))];
    }

    /// <summary>Records that travel inside others.</summary>
    internal HashSet<Guid> CarriedIds() => Lanes.SelectMany(static lane => lane.Rows).Concat(Stranded).Select(Carried).OfType<Guid>().ToHashSet();

    private static Guid? Carried(StoredRow row) =>
        RecordHeader.Parse(row.Header).TryGet(out var header, out _) && header.Kind == RecordKind.Salvaged ? header.RelatedRecordId : null;
}

/// <summary>What one file gave.</summary>
/// <param name="Records">Records of it that are whole and follow one another.</param>
/// <param name="OnlyHere">Those of them that no file before it had.</param>
internal sealed record SalvagedFile(string Path, int Records, int OnlyHere);

/// <summary>
/// Takes from damaged pages every record that proves itself: its header belongs to its place and to this appliance, and its chain value
/// follows from the record before. Reads only, and never trusts the file's own structure.
/// </summary>
internal static class JournalSalvage
{
    private const int RecordColumns = 12;
    private const int StateColumns = 10;
    private const int EpochColumns = 4;
    private const int ClosedColumns = 6;
    private const int FindingColumns = 3;

    /// <summary>A lost stretch is told by its first records; its length follows from the end.</summary>
    private const int LostNamedMax = 1000;

    /// <summary>Reads what can be read.</summary>
    /// <param name="applianceId">Whose records these must be; null takes the first readable record's word, for a card in another reader.</param>
    internal static SavedJournal Read(string path, string? applianceId = null) => Read([path], applianceId);

    /// <summary>Reads what can be read of several copies of one journal, each record once: what one of them has lost, another may have.</summary>
    /// <param name="paths">The newest first: where they differ in how far central is, it is believed.</param>
    internal static SavedJournal Read(IReadOnlyList<string> paths, string? applianceId)
    {
        var rows = new Dictionary<(Guid Epoch, Lane Lane), SortedDictionary<ulong, List<StoredRow>>>();
        var states = new Dictionary<(Guid Epoch, Lane Lane), LanePosition>();
        var epochs = new List<Guid>();
        var closed = new Dictionary<(Guid Epoch, Lane Lane), ClosedLane>();
        var findings = new Dictionary<Guid, Finding>();
        var strange = new HashSet<Guid>();
        var seen = new List<HashSet<(Guid, Lane, ulong, string)>>();
        foreach (var path in paths)
        {
            seen.Add([]);
            epochs.AddRange(ReadFile(path, rows, states, closed, findings, ref applianceId, strange, seen[^1]));
        }

        // The state of a lane does not say whose it is; its records do.
        strange.ExceptWith(rows.Keys.Select(static place => place.Epoch));
        foreach (var place in states.Keys.Where(place => strange.Contains(place.Epoch)).ToArray())
            states.Remove(place);
        var lanes = ImmutableArray.CreateBuilder<SavedLane>();
        var stranded = ImmutableArray.CreateBuilder<StoredRow>();
        var lost = ImmutableArray.CreateBuilder<BrokenRecord>();
        var forked = ImmutableArray.CreateBuilder<BrokenRecord>();
        foreach (var place in rows.Keys.Union(states.Keys).OrderBy(static place => place.Lane).ToArray())
        {
            var walk = new Walk(applianceId ?? "", place.Epoch, place.Lane, states.GetValueOrDefault(place));
            lanes.Add(walk.Run(rows.GetValueOrDefault(place) ?? []));
            stranded.AddRange(walk.Stranded);
            lost.AddRange(walk.Lost);
            forked.AddRange(walk.Forked);
        }

        var begun = rows.OrderBy(static lane => FirstWall(lane.Value)).Select(static lane => lane.Key.Epoch).Concat(states.Keys.Select(static place => place.Epoch));
        return new SavedJournal(
            [.. epochs.Where(epoch => !strange.Contains(epoch)).Concat(begun).Distinct()], lanes.ToImmutable(), stranded.ToImmutable(), lost.ToImmutable(),
            forked.ToImmutable(), Sources(paths, seen, [.. lanes.SelectMany(static lane => lane.Rows), .. stranded]),
            [.. closed.Values.Where(lane => lanes.Any(known => Fits(lane, known.Position)))], [.. findings.Values]);
    }

    private static bool Fits(ClosedLane closed, LanePosition position) =>
        closed.Epoch == position.Epoch && closed.Lane == position.Lane && closed.From >= position.First && closed.From <= position.Head;

    /// <summary>Adds what a file has to what is known.</summary>
    /// <returns>Its epochs, oldest first.</returns>
    private static IEnumerable<Guid> ReadFile(
        string path,
        Dictionary<(Guid Epoch, Lane Lane), SortedDictionary<ulong, List<StoredRow>>> rows,
        Dictionary<(Guid Epoch, Lane Lane), LanePosition> known,
        Dictionary<(Guid Epoch, Lane Lane), ClosedLane> closed,
        Dictionary<Guid, Finding> findings,
        ref string? applianceId,
        HashSet<Guid> strange,
        HashSet<(Guid, Lane, ulong, string)> seen)
    {
        var states = new Dictionary<(Guid Epoch, Lane Lane), LanePosition>();
        var epochs = new SortedDictionary<long, Guid>();
        using var pages = new SqlitePages(path);
        foreach (var columns in pages.Rows())
        {
            if (RowOf(columns) is { } row)
            {
                Keep(rows, row, ref applianceId, strange);
                seen.Add(Place(row));
            }
            else if (StateOf(columns) is { } state && (!states.TryGetValue((state.Epoch, state.Lane), out var earlier) || IsLater(state, earlier)))
            {
                states[(state.Epoch, state.Lane)] = state;
            }
            else if (columns is [long ordinal, byte[] { Length: 16 } epoch, long, string] && columns.Length == EpochColumns)
            {
                epochs.TryAdd(ordinal, new Guid(epoch, bigEndian: true));
            }
            else if (ClosedOf(columns) is { } shut && (!closed.TryGetValue((shut.Epoch, shut.Lane), out var before) || shut.From < before.From))
            {
                closed[(shut.Epoch, shut.Lane)] = shut;
            }
            else if (columns is [byte[] { Length: 16 } id, long foundAt, string note] && columns.Length == FindingColumns)
            {
                findings.TryAdd(new Guid(id, bigEndian: true), new Finding(new Guid(id, bigEndian: true), foundAt, note));
            }
        }

        // An older copy may know of more records; how far central is, the newest knows.
        foreach (var (place, state) in states)
        {
            known[place] = !known.TryGetValue(place, out var newest) ? state
                : state.Head > newest.Head ? newest with { Head = state.Head, HeadChain = state.HeadChain }
                : newest;
        }

        return epochs.Values.Distinct();
    }

    private static (Guid, Lane, ulong, string) Place(StoredRow row) => (row.Epoch, row.Lane, row.Sequence, Convert.ToHexString(row.Chain));

    private static ImmutableArray<SalvagedFile> Sources(IReadOnlyList<string> paths, List<HashSet<(Guid, Lane, ulong, string)>> seen, IEnumerable<StoredRow> whole)
    {
        var counts = new (int Records, int OnlyHere)[paths.Count];
        foreach (var place in whole.Select(Place))
        {
            var isFirst = true;
            for (var i = 0; i < counts.Length; i++)
            {
                if (!seen[i].Contains(place))
                    continue;
                counts[i] = (counts[i].Records + 1, counts[i].OnlyHere + (isFirst ? 1 : 0));
                isFirst = false;
            }
        }

        return [.. paths.Select((path, i) => new SalvagedFile(path, counts[i].Records, counts[i].OnlyHere))];
    }

    /// <summary>Rows on the pages of the log that SQLite will drop, before it does. They prove themselves when they are taken.</summary>
    internal static List<StoredRow> ReadTail(string path, LogTail tail)
    {
        using var pages = new SqlitePages(path);
        return [.. pages.RowsOfLog(tail.FirstFrame).Select(RowOf).OfType<StoredRow>()];
    }

    /// <summary>
    /// Durable may go back, the end may not: of two sound states the one with the later end is the later, and of two with the same end the one that
    /// was read first, from the newer page.
    /// </summary>
    private static bool IsLater(LanePosition state, LanePosition known) => state.Head > known.Head;

    private static long FirstWall(SortedDictionary<ulong, List<StoredRow>> rows) =>
        rows.Values.SelectMany(static versions => versions)
            .Select(static row => RecordHeader.Parse(row.Header).TryGet(out var header, out _) ? header.WallUnixMicroseconds : long.MaxValue)
            .FirstOrDefault(long.MaxValue);

    private static void Keep(Dictionary<(Guid, Lane), SortedDictionary<ulong, List<StoredRow>>> rows, StoredRow row, ref string? applianceId, HashSet<Guid> strange)
    {
        if (!RecordHeader.Parse(row.Header).TryGet(out var header, out _))
            return;
        applianceId ??= header.ApplianceId;
        if (row.OutOfPlace(applianceId, out _) is not null)
        {
            if (header.ApplianceId != applianceId && header.Epoch == row.Epoch)
                strange.Add(row.Epoch);
            return;
        }

        if (!rows.TryGetValue((row.Epoch, row.Lane), out var lane))
            rows[(row.Epoch, row.Lane)] = lane = [];
        if (!lane.TryGetValue(row.Sequence, out var versions))
            lane[row.Sequence] = versions = [];
        // An erased version wins: an old page in the log must not bring destroyed keys back.
        if (row.IsWithoutKeys)
            versions.Insert(0, row);
        else if (!versions.Exists(known => known.Chain.AsSpan().SequenceEqual(row.Chain) && known.Ciphertext.AsSpan().SequenceEqual(row.Ciphertext) && known.HasItsKeys()))
            versions.Add(row);
    }

    private static StoredRow? RowOf(object?[] columns) =>
        columns.Length >= RecordColumns
        && columns is [byte[] { Length: 16 } epoch, long lane, long sequence, byte[] { Length: 16 }, long, _, byte[] header, byte[] ciphertext, byte[] forAppliance, byte[] forCentral, byte[] { Length: 32 } chain, ..]
        && lane is >= 0 and <= (long)Lane.Health && sequence > 0
            ? new StoredRow(
                new Guid(epoch, bigEndian: true), (Lane)lane, (ulong)sequence, header, ciphertext, forAppliance, forCentral, chain,
                columns.Length > RecordColumns ? columns[RecordColumns] as byte[] : null)
            : null;

    /// <summary>How far its records are written again is looked up by their carriers, which may be what was lost.</summary>
    private static ClosedLane? ClosedOf(object?[] columns)
    {
        if (columns.Length != ClosedColumns
            || columns is not [byte[] { Length: 16 } epoch, long lane, long from, long carried, string reason, byte[] { Length: RowCheck.Length } check]
            || lane is < 0 or > (long)Lane.Health || from < 1 || carried < from - 1)
        {
            return null;
        }

        var closed = new ClosedLane(new Guid(epoch, bigEndian: true), (Lane)lane, (ulong)from, (ulong)carried, reason);
        return closed.Check().AsSpan().SequenceEqual(check) ? closed with { CarriedThrough = closed.From - 1 } : null;
    }

    private static LanePosition? StateOf(object?[] columns)
    {
        if (columns.Length != StateColumns
            || columns is not [byte[] { Length: 16 } epoch, long lane, long durable, long backedUp, long first, long erased, long head, byte[] { Length: 32 } headChain, byte[] { Length: 32 } durableChain, byte[] check]
            || lane is < 0 or > (long)Lane.Health || (durable | backedUp | first | erased | head) < 0)
        {
            return null;
        }

        var state = new LanePosition
        {
            Epoch = new Guid(epoch, bigEndian: true),
            Lane = (Lane)lane,
            First = (ulong)first,
            Head = (ulong)head,
            HeadChain = headChain,
            Durable = (ulong)durable,
            DurableChain = durableChain,
            BackedUp = (ulong)backedUp,
            Erased = (ulong)erased,
        };
        return state.Check().AsSpan().SequenceEqual(check) ? state : null;
    }

    /// <summary>
    /// Follows one lane. The run that counts is the one that holds what central does not have: from where central is, as far as the
    /// records follow one another; before it, as far back as they do.
    /// </summary>
    private sealed class Walk(string applianceId, Guid epoch, Lane lane, LanePosition? state)
    {
        private readonly Dictionary<ulong, StoredRow> _whole = [];

        internal List<StoredRow> Stranded { get; } = [];

        internal List<BrokenRecord> Lost { get; } = [];

        internal List<BrokenRecord> Forked { get; } = [];

        internal SavedLane Run(SortedDictionary<ulong, List<StoredRow>> candidates)
        {
            var empty = LanePosition.Empty(applianceId, epoch, lane);
            Prove(candidates, empty);
            var durable = state?.Durable ?? 0;
            var chain = durable == 0 ? empty.DurableChain : state!.DurableChain;
            // From where central is, forward.
            var head = durable;
            var headChain = chain;
            while (_whole.TryGetValue(head + 1, out var row) && row.Fault(applianceId, headChain) is null)
                (head, headChain) = (head + 1, row.Chain);
            // And backward, as far as records follow one another.
            var first = durable + 1;
            while (first > 1 && _whole.TryGetValue(first - 1, out var row) && (first > durable ? row.Chain.AsSpan().SequenceEqual(chain) : _whole[first].Fault(applianceId, row.Chain) is null))
                first--;
            var rows = Enumerable.Range(0, (int)(head + 1 - first)).Select(i => _whole[first + (ulong)i]).ToImmutableArray();
            var last = Math.Max(Math.Max(state?.Head ?? 0, candidates.Count == 0 ? 0 : candidates.Keys.Max()), head);
            Note(head, last);
            // Without a record at its start central's next run would begin nowhere.
            var position = new LanePosition
            {
                Epoch = epoch,
                Lane = lane,
                First = first,
                Head = head,
                HeadChain = headChain,
                Durable = durable,
                DurableChain = chain,
                BackedUp = Math.Min(state?.BackedUp ?? 0, head),
                Erased = Math.Min(state?.Erased ?? 0, head),
            };
            return new SavedLane(position, [.. rows.Select(row => row.Sequence <= position.Erased ? Erased(row) : row)]);
        }

        /// <summary>Keeps of each place the version that fits a neighbour.</summary>
        private void Prove(SortedDictionary<ulong, List<StoredRow>> candidates, LanePosition empty)
        {
            foreach (var (sequence, versions) in candidates)
            {
                var before = sequence == 1 ? [empty.HeadChain]
                    : candidates.TryGetValue(sequence - 1, out var previous) ? previous.Select(static row => row.Chain)
                    : state is not null && state.Durable == sequence - 1 ? [state.DurableChain]
                    : [];
                var chains = before.ToArray();
                var proven = versions.Where(row => chains.Any(chain => row.Fault(applianceId, chain) is null)).ToArray();
                if (proven.Length > 0)
                    _whole[sequence] = Choose(proven, sequence, candidates);
                else if (chains.Length == 0 && versions.Find(static row => row.HasItsKeys()) is { } first)
                    _whole[sequence] = first;
            }
        }

        /// <summary>Two versions with one chain value differ in their keys only; with two values they are two records, and the one that goes on counts.</summary>
        private StoredRow Choose(StoredRow[] proven, ulong sequence, SortedDictionary<ulong, List<StoredRow>> candidates)
        {
            var choice = proven;
            if (proven.Length > 1 && Array.Exists(proven, row => !row.Chain.AsSpan().SequenceEqual(proven[0].Chain)))
            {
                Forked.Add(new BrokenRecord(epoch, lane, sequence, null, "two different records stand here"));
                if (candidates.TryGetValue(sequence + 1, out var next)
                    && Array.FindAll(proven, row => next.Exists(after => after.Fault(applianceId, row.Chain) is null)) is { Length: > 0 } going)
                {
                    choice = going;
                }
            }

            return Array.Find(choice, static row => row.HasItsKeys()) ?? choice[0];
        }

        private void Note(ulong head, ulong last)
        {
            for (var sequence = head + 1; sequence <= last; sequence++)
            {
                if (_whole.TryGetValue(sequence, out var row))
                    Stranded.Add(row);
                else if (Lost.Count < LostNamedMax)
                    Lost.Add(new BrokenRecord(epoch, lane, sequence, null, "cannot be read"));
            }
        }

        private static StoredRow Erased(StoredRow row) =>
            row with { WrappedForAppliance = [], WrappedForCentral = [], KeysCheck = StoredRow.CheckOf(default, default) };
    }
}
