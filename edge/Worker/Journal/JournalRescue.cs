using System.Collections.Immutable;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>What a rescue took from a card.</summary>
/// <param name="Stranded">Whole records behind a lost one: they stay on the card, since central takes a lane only in order.</param>
/// <param name="Carried">Those that would be, but travel inside records of another epoch.</param>
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
    internal static RescueReport Write(Stream file, IEnumerable<string> journalFiles, IDeviceKey? key, bool takesAll)
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
                var told = Told(saved);
                var without = saved.Stranded.Count(row => !RecordHeader.Parse(row.Header).TryGet(out var header, out _) || !told.Contains(header.RecordId));
                stranded += without;
                carried += saved.Stranded.Length - without;
                lost += saved.Lost.Length;
                forked.AddRange(saved.Forked);
                files.AddRange(saved.Sources);
                foreach (var run in saved.Epochs.SelectMany(epoch => saved.Lanes.Where(lane => lane.Position.Epoch == epoch)).SelectMany(lane => RunsOf(lane, key, takesAll)))
                {
                    records += run.Records.Length;
                    yield return run;
                }
            }
        }
    }

    /// <summary>Records that travel inside others which travel themselves: of a card that was damaged twice a carrier may be carried.</summary>
    private static HashSet<Guid> Told(SavedJournal saved)
    {
        var told = saved.Lanes.SelectMany(static lane => lane.Rows).Select(Carried).OfType<Guid>().ToHashSet();
        var stranded = saved.Stranded.ToDictionary(static row => row, Carried);
        while (stranded.Any(pair => pair.Value is { } inner && !told.Contains(inner)
            && RecordHeader.Parse(pair.Key.Header).TryGet(out var header, out _) && told.Contains(header.RecordId) && told.Add(inner)))
        {
            // Each round finds one more.
        }

        return told;
    }

    private static Guid? Carried(StoredRow row) =>
        RecordHeader.Parse(row.Header).TryGet(out var header, out _) && header.Kind == RecordKind.Salvaged ? header.RelatedRecordId : null;

    private static bool IsThere(string path) => File.Exists(path) || File.Exists(path + "-wal");

    private static IEnumerable<RescuedRun> RunsOf(SavedLane lane, IDeviceKey? key, bool takesAll)
    {
        var position = lane.Position;
        if (lane.Rows.IsEmpty || !RecordHeader.Parse(lane.Rows[0].Header).TryGet(out var first, out _))
            yield break;
        // A run begins behind a record whose chain value is known; what was erased, central has.
        var after = takesAll ? Math.Max(position.Oldest, position.Erased) : position.Durable;
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
