using System.Collections.Concurrent;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Syncing;
using Grpc.Core;

namespace EdgeCheckpoint.Load;

/// <summary>The sending of a drain, by the appliance's own rules: one batch of a stream at a time, central's waits obeyed, back-off on failure.</summary>
internal sealed class DrainRun(DrainPlan plan, byte[] recordKeySpki)
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly TimeSpan CallLongest = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string ApplianceId, Lane Lane), long> _acknowledged = [];
    private long _sent;
    private long _bytes;
    private long _busy;
    private long _failed;

    internal Percentiles Batches { get; } = new();

    internal Percentiles Alerts { get; } = new();

    internal long Sent => Interlocked.Read(ref _sent);

    internal long Bytes => Interlocked.Read(ref _bytes);

    internal long Busy => Interlocked.Read(ref _busy);

    internal long Failed => Interlocked.Read(ref _failed);

    /// <summary>Highest sequence that central has called durable, by appliance and lane.</summary>
    internal IReadOnlyDictionary<(string ApplianceId, Lane Lane), long> Acknowledged => _acknowledged;

    /// <summary>Sends an appliance's backlog to its end.</summary>
    internal async Task DrainAsync(SimulatedAppliance appliance, Queue<Batch> backlog, CancellationToken cancellationToken)
    {
        await Task.Delay(plan.Spread * Random.Shared.NextDouble(), Time, cancellationToken);
        while (backlog.TryPeek(out var batch))
        {
            await SendAsync(appliance, batch, Batches, cancellationToken);
            backlog.Dequeue();
            Progress.Show("durable", Interlocked.Add(ref _sent, batch.Records), plan.Records);
        }
    }

    /// <summary>Alerts at posts in turn, at a steady rate, each on its way in the moment it is written. Ends with those under way.</summary>
    internal async Task AlertAsync(SimulatedAppliance[] appliances, CancellationToken cancellationToken)
    {
        if (plan.AlertsPerSecond <= 0)
            return;
        var underWay = appliances.ToDictionary(static appliance => appliance, static _ => Task.CompletedTask);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / plan.AlertsPerSecond), Time);
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(cancellationToken); i++)
            {
                var appliance = appliances[i % appliances.Length];
                underWay[appliance] = AlertAsync(appliance, underWay[appliance]);
            }
        }
        catch (OperationCanceledException)
        {
            // The backlog is sent.
        }

        await Task.WhenAll(underWay.Values);
    }

    private async Task AlertAsync(SimulatedAppliance appliance, Task before)
    {
        // From when it was written, also behind another of the same post. Off the timer's loop: sealing and signing take their time too.
        var written = Time.GetTimestamp();
        await Task.Yield();
        await before;
        await SendAsync(appliance, appliance.NextBatch(Lane.Alerts, 1, 1, recordKeySpki, Time), Alerts, CancellationToken.None, written);
    }

    private async Task SendAsync(SimulatedAppliance appliance, Batch batch, Percentiles times, CancellationToken cancellationToken, long? since = null)
    {
        var backoff = new SyncBackoff(new SyncOptions { ReconnectSpreadSeconds = 0 }, Random.Shared);
        var start = since ?? Time.GetTimestamp();
        while (true)
        {
            TimeSpan wait;
            try
            {
                var answer = await new JournalService.JournalServiceClient(appliance.Channel).PushRecordsAsync(
                    batch.Request, deadline: (Time.GetUtcNow() + CallLongest).UtcDateTime, cancellationToken: cancellationToken);
                if (answer.Outcome == PushOutcome.Stored && answer.DurableThrough >= batch.Last)
                {
                    times.Add(Time.GetElapsedTime(start));
                    Interlocked.Add(ref _bytes, batch.Request.CalculateSize());
                    _acknowledged[(appliance.Id, batch.Lane)] = (long)answer.DurableThrough;
                    return;
                }

                if (answer.Outcome != PushOutcome.Busy)
                    throw new InvalidOperationException($"{appliance.Id}: central answered {answer.Outcome}, {answer.Detail}");
                Interlocked.Increment(ref _busy);
                wait = backoff.Failed(TimeSpan.FromSeconds(answer.RetryAfterSeconds), isUrgent: true);
            }
            catch (RpcException) when (!cancellationToken.IsCancellationRequested)
            {
                Interlocked.Increment(ref _failed);
                wait = backoff.Failed(TimeSpan.Zero, isUrgent: true);
            }

            await Task.Delay(wait, Time, cancellationToken);
        }
    }
}
