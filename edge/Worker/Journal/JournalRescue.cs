using System.Collections.Immutable;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>What a rescue took from a card.</summary>
/// <param name="Stranded">Whole records that stay on the card: central takes a lane only in order, and the card does not say to whom they should be sealed.</param>
/// <param name="Carried">Those that would, but travel inside records of another epoch.</param>
/// <param name="Forked">Places for which the card has two different records; one of them is taken, the other stays on the card.</param>
/// <param name="Files">What came from where.</param>
internal sealed record RescueReport(
    int Runs, int Records, int Stranded, int Carried, int Lost, ImmutableArray<BrokenRecord> Forked, ImmutableArray<SalvagedFile> Files)
{
    internal bool IsWhole => Stranded + Lost + Forked.Length == 0;
}

/// <summary>
/// Takes records from a card that lies in another reader, for central: reads pages, writes nothing to the card, and goes round damage. Opens nothing
/// personal: that is sealed to central. Runs are signed where the card's key lies open; otherwise central takes them on the word of its staff.
/// </summary>
internal static class JournalRescue
{
    /// <summary>Every journal file of a card, the newest of each kind first: in use, begun to be rebuilt, put aside as evidence.</summary>
    internal static ImmutableArray<string> FilesIn(string dataPath)
    {
        var files = ImmutableArray.CreateBuilder<string>();
        foreach (var current in JournalStore.PathsIn(dataPath))
        {
            files.Add(current);
            files.Add(current + JournalRebuild.RebuiltEnding);
            var evidence = JournalRebuild.EvidenceIn(Path.GetDirectoryName(current)!);
            if (Directory.Exists(evidence))
            {
                files.AddRange(Directory.GetDirectories(evidence).OrderDescending(StringComparer.Ordinal)
                    .Select(folder => Path.Combine(folder, Path.GetFileName(current))));
            }
        }

        return [.. files.Where(IsThere)];
    }

    /// <summary>Writes the rescue file.</summary>
    /// <param name="journalFiles">Files of a journal, whole or not, the newest of each kind first; those that are not there are passed over.</param>
    /// <param name="key">The card's signing key; null when it does not open here.</param>
    /// <param name="takesAll">Also what the card believes to be durable at central.</param>
    /// <param name="recordKeySpki">Central's record key, to seal what carries a record that central cannot take in its place; empty when the card does not say it.</param>
    internal static RescueReport Write(Stream file, IEnumerable<string> journalFiles, IDeviceKey? key, bool takesAll, ReadOnlyMemory<byte> recordKeySpki = default)
    {
        var (records, stranded, carried, lost) = (0, 0, 0, 0);
        var forked = ImmutableArray.CreateBuilder<BrokenRecord>();
        var files = ImmutableArray.CreateBuilder<SalvagedFile>();
        var runs = RescueFile.Write(file, Runs());
        return new RescueReport(runs, records, stranded, carried, lost, forked.ToImmutable(), files.ToImmutable());

        IEnumerable<RescuedRun> Runs()
        {
            foreach (var copies in journalFiles.Where(IsThere).GroupBy(static path => Path.GetFileName(path).Replace(JournalRebuild.RebuiltEnding, "", StringComparison.Ordinal)))
            {
                var saved = JournalSalvage.Read([.. copies], null);
                var loose = Loose(saved);
                lost += saved.Lost.Length;
                forked.AddRange(saved.Forked);
                files.AddRange(saved.Sources);
                foreach (var run in saved.Epochs.SelectMany(epoch => saved.Lanes.Where(lane => lane.Position.Epoch == epoch)).SelectMany(lane => RunsOf(Open(saved, lane), key, takesAll)))
                {
                    records += run.Records.Length;
                    yield return run;
                }

                carried += saved.Stranded.Length - saved.Uncarried().Length;
                if (recordKeySpki.IsEmpty)
                {
                    stranded += loose.Count;
                    continue;
                }

                foreach (var run in RescueCarriers.Of(loose, recordKeySpki).SelectMany(lane => RunsOf(lane, key, takesAll: true)))
                {
                    carried += run.Records.Length;
                    yield return run;
                }
            }
        }
    }

    /// <summary>What central cannot take in its place, and nothing on the card carries yet.</summary>
    private static List<StoredRow> Loose(SavedJournal saved)
    {
        var rows = saved.Uncarried().ToList();
        var told = saved.CarriedIds();
        foreach (var closed in saved.Closed)
        {
            rows.AddRange(saved.Lanes.Where(lane => lane.Position.Epoch == closed.Epoch && lane.Position.Lane == closed.Lane).SelectMany(static lane => lane.Rows)
                .Where(row => row.Sequence >= closed.From && RecordHeader.Parse(row.Header).TryGet(out var header, out _) && !told.Contains(header.RecordId)));
        }

        return rows;
    }

    /// <summary>A lane up to where it is closed.</summary>
    private static SavedLane Open(SavedJournal saved, SavedLane lane) =>
        saved.Closed.FirstOrDefault(closed => closed.Epoch == lane.Position.Epoch && closed.Lane == lane.Position.Lane) is { } shut
            ? lane with { Rows = [.. lane.Rows.TakeWhile(row => row.Sequence < shut.From)] }
            : lane;

    private static bool IsThere(string path) => File.Exists(path) || File.Exists(path + "-wal");

    private static IEnumerable<RescuedRun> RunsOf(SavedLane lane, IDeviceKey? key, bool takesAll)
    {
        var position = lane.Position;
        if (lane.Rows.IsEmpty || !RecordHeader.Parse(lane.Rows[0].Header).TryGet(out var first, out _))
            yield break;
        // A run begins behind a record whose chain value is known; what was erased, central has.
        var after = takesAll ? Math.Min(Math.Max(position.Oldest, position.Erased), position.Durable) : position.Durable;
        var chain = after == position.Durable ? position.DurableChain
            : after == 0 ? RecordChain.Genesis(first.ApplianceId, position.Epoch, position.Lane)
            : lane.Rows.First(row => row.Sequence == after).Chain;
        var rows = lane.Rows.Where(row => row.Sequence > after).ToList();
        for (var i = 0; i < rows.Count;)
        {
            var bytes = 0;
            var run = rows.Skip(i).TakeWhile(row => (bytes += row.Header.Length + row.Ciphertext.Length) <= RecordBatch.BytesMax).Take(RecordBatch.RecordsMax)
                .Select(static row => row.Sealed()).ToImmutableArray();
            if (run.IsEmpty)
                yield break;
            var statement = new BatchStatement(first.ApplianceId, position.Epoch, position.Lane, rows[i].Sequence, run.Length, chain, run[^1].Chain);
            yield return new RescuedRun(
                statement, run, key is null ? default : key.Sign(statement.Encode()), key is null ? default : KeyId.Of(key.SigningKeySpki.Span).ToBytes());
            chain = run[^1].Chain.ToArray();
            i += run.Length;
        }
    }
}
