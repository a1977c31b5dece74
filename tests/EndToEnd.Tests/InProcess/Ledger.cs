using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>Writes records into an appliance's journal, remembers each that was acknowledged, and compares with what central has.</summary>
internal sealed class Ledger(JoinedSite site)
{
    private readonly Dictionary<Lane, List<Guid>> _written = Enum.GetValues<Lane>().ToDictionary(static lane => lane, static _ => new List<Guid>());

    internal int Count => _written.Values.Sum(static lane => lane.Count);

    /// <summary>What was written of a lane, in order.</summary>
    internal IReadOnlyList<Guid> Written(Lane lane) => _written[lane];

    /// <summary>Writes records of a lane, each durable when this returns.</summary>
    internal void Write(Lane lane, int count)
    {
        var journal = site.Parts.GetRequiredService<JournalStore>();
        for (var i = 0; i < count; i++)
        {
            var kind = lane == Lane.Alerts ? RecordKind.Tamper : RecordKind.DeviceState;
            _written[lane].Add(journal.Append(new RecordDraft(lane, kind, RecordDraft.Appliance))[0].RecordId);
        }
    }

    /// <summary>Waits until nothing of the appliance's journal is unsent.</summary>
    internal Task SentAsync(TimeSpan patience, CancellationToken cancellationToken) => Until.TrueAsync(
        "the journal being durable at central",
        _ => Task.FromResult(site.Parts.GetRequiredService<JournalStore>().Depth().RecordsWaiting == 0),
        patience,
        cancellationToken);

    /// <summary>Central has every record that was written, each once, in order, and has seen no fork.</summary>
    /// <param name="applianceId">Whose records; null for the appliance that runs.</param>
    internal async Task EqualAsync(CancellationToken cancellationToken, string? applianceId = null)
    {
        foreach (var (lane, written) in _written)
        {
            var stored = await StoredAsync(lane, cancellationToken, applianceId);
            Assert.Equal(Enumerable.Range(1, stored.Count).Select(static i => (long)i), stored.Select(static record => record.Sequence));

            // The appliance writes records of its own between ours.
            var ours = written.ToHashSet();
            Assert.Equal(written, stored.Where(record => ours.Contains(record.Id)).Select(static record => record.Id));
        }

        Assert.Empty(await site.Store.Records.CountForksAsync(cancellationToken));
    }

    /// <summary>What central has of a lane, in order of sequence.</summary>
    internal async Task<List<(long Sequence, Guid Id)>> StoredAsync(Lane lane, CancellationToken cancellationToken, string? applianceId = null) =>
        [.. (await HeadersAsync(lane, applianceId, cancellationToken)).Select(static header => ((long)header.Sequence, header.RecordId))];

    /// <summary>The records of a lane that reached central inside others, by epoch and in the order of their carriers.</summary>
    internal async Task<List<Guid>> CarriedAsync(Lane lane, CancellationToken cancellationToken) =>
        [.. (await HeadersAsync(lane, null, cancellationToken)).Where(static header => header.Kind == RecordKind.Salvaged).Select(static header => header.RelatedRecordId!.Value)];

    private async Task<List<RecordHeader>> HeadersAsync(Lane lane, string? applianceId, CancellationToken cancellationToken)
    {
        var id = applianceId ?? site.ApplianceId;
        var all = new List<RecordHeader>();
        foreach (var head in (await site.Store.Records.ListLanesAsync(cancellationToken)).Where(head => head.ApplianceId == id && head.Lane == lane))
        {
            var from = 1L;
            while (await site.Store.Records.ReadLaneAsync(new RecordKey(id, head.Epoch, lane, from), 500, cancellationToken) is { Count: > 0 } some)
            {
                all.AddRange(some.Select(static record => RecordHeader.Parse(record.Header).Value));
                from = some[^1].Key.Sequence + 1;
            }
        }

        return all;
    }
}
