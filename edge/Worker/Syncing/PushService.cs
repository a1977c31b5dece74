using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Observability;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Sends the journal until central has made everything durable, batches as large as the link bears. Alerts have a stream of their own,
/// so that none waits behind crossings that are under way; the other lanes take turns on a second one. At least once on the wire; central
/// stores exactly once. Never in the way of the counter.
/// </summary>
internal sealed class PushService : BackgroundService
{
    private static readonly ImmutableArray<Lane> Alerts = [Lane.Alerts];
    private static readonly ImmutableArray<Lane> Others = [Lane.Encounters, Lane.Audit, Lane.Health];

    private readonly JournalStore _journal;
    private readonly CentralLink _link;
    private readonly CredentialBook _credentials;
    private readonly ApplianceIdentity _identity;
    private readonly ClockKeeper _clock;
    private readonly RefusedEpochs _refused;
    private readonly SyncMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<PushService> _logger;
    private readonly LaneSchedule _schedule;
    private readonly FrozenDictionary<Lane, SyncBackoff> _backoffs;
    private readonly TimeSpan _idle;
    private readonly TimeSpan _shortest;

    private readonly Channel<bool> _alertBell = NewBell();
    private readonly Channel<bool> _bell = NewBell();

    private volatile bool _takesZstd;

    public PushService(
        JournalStore journal,
        CentralLink link,
        CredentialBook credentials,
        ApplianceIdentity identity,
        ClockKeeper clock,
        RefusedEpochs refused,
        SyncMetrics metrics,
        TimeProvider time,
        IOptions<SyncOptions> options,
        ILogger<PushService> logger)
    {
        (_journal, _link, _credentials, _identity, _clock) = (journal, link, credentials, identity, clock);
        (_refused, _metrics, _time, _logger) = (refused, metrics, time, logger);
        _schedule = new LaneSchedule(time);
        _backoffs = Enum.GetValues<Lane>().ToFrozenDictionary(static lane => lane, lane => new SyncBackoff(lane == Lane.Alerts ? options.Value.ForAlerts() : options.Value, Random.Shared));
        _idle = TimeSpan.FromSeconds(options.Value.HeartbeatSeconds);
        _shortest = TimeSpan.FromSeconds(options.Value.BackoffSecondsMin);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _journal.Appended += Ring;
        try
        {
            await Task.WhenAll(SendAsync(Alerts, _alertBell, stoppingToken), SendAsync(Others, _bell, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; what is unsent stays in the journal.
        }
        finally
        {
            _journal.Appended -= Ring;
        }
    }

    /// <summary>A rung bell is enough: one waiting signal stands for any number of appends.</summary>
    private static Channel<bool> NewBell() => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private async Task SendAsync(ImmutableArray<Lane> lanes, Channel<bool> bell, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await TryTurnAsync(lanes, stoppingToken);
            if (wait > TimeSpan.Zero)
                await WaitAsync(wait, bell, stoppingToken);
        }
    }

    /// <summary>A journal that cannot be read or written now does not stop the appliance: the turn is tried again later.</summary>
    private async Task<TimeSpan> TryTurnAsync(ImmutableArray<Lane> lanes, CancellationToken cancellationToken)
    {
        try
        {
            return await TurnAsync(lanes, cancellationToken);
        }
        catch (Exception fault) when (fault is SqliteException or InvalidDataException)
        {
            _logger.SyncHeldUp(nameof(PushService), fault.Message);
            return _idle < TimeSpan.FromSeconds(10) ? _idle : TimeSpan.FromSeconds(10);
        }
    }

    /// <summary>
    /// One batch: (1) which lanes have something and may send now, (2) whose turn it is, (3) send as much as the link bears, (4) take
    /// central's word.
    /// </summary>
    /// <returns>How long to wait before the next turn unless the bell rings; zero to go on at once.</returns>
    private async Task<TimeSpan> TurnAsync(ImmutableArray<Lane> lanes, CancellationToken cancellationToken)
    {
        // 1
        _refused.Settle((lane, epoch) => !_journal.HasUnsent(lane, other => other != epoch));
        var ready = new List<Lane>(lanes.Length);
        var wait = _idle;
        foreach (var lane in lanes)
        {
            var held = Longest(_schedule.Held(lane), _link.Gate.Wait(isAlert: lane == Lane.Alerts));
            if (!_journal.HasUnsent(lane, epoch => _refused.IsHeld(lane, epoch)))
                held = _refused.Wait(lane) ?? _idle;
            else if (held == TimeSpan.Zero)
                ready.Add(lane);
            if (held > TimeSpan.Zero && held < wait)
                wait = held;
        }

        // 2
        if (ready.Count == 0)
            return wait;
        var next = lanes is [Lane.Alerts] ? Lane.Alerts : _schedule.Next(ready);

        // 3
        if (_journal.ReadUnsent(next, bytesMax: _link.Pace.BatchBytes, isHeld: epoch => _refused.IsHeld(next, epoch)) is not { } batch)
            return wait;
        var start = _time.GetTimestamp();
        var request = PushRequests.Of(
            batch, _identity.ApplianceId, _credentials.InUse, _clock.Read().WallUnixMicroseconds, _takesZstd);
        var bytes = request.CalculateSize();
        using var trace = WorkerTraces.Source.StartActivity("journal.push");
        trace?.SetTag("lane", (int)next).SetTag("records", batch.Records.Length).SetTag("bytes", bytes);
        var asked = await _link.AskAsync(
            async (channel, token) =>
                await new JournalService.JournalServiceClient(channel).PushRecordsAsync(request, cancellationToken: token),
            cancellationToken,
            new CallNeeds(bytes, IsAlert: next == Lane.Alerts));

        // 4
        trace?.SetTag("outcome", asked.IsSuccess ? asked.Value.Outcome.ToString() : "no answer");
        if (!asked.TryGet(out var response, out _))
        {
            // A link that fails is the gate's; a central that answers and refuses the appliance itself must not be sent a batch every second.
            var wasRefused = _link.Gate.Wait(isAlert: next == Lane.Alerts) == TimeSpan.Zero;
            if (wasRefused)
                _schedule.Hold(next, _backoffs[next].Failed(_shortest, isUrgent: true));
            return Longest(_link.Gate.Wait(isAlert: next == Lane.Alerts), _shortest);
        }

        return Take(batch, response, request.CompressedRecords.Length > 0, bytes, _time.GetElapsedTime(start));
    }

    private TimeSpan Take(PendingBatch batch, PushRecordsResponse response, bool wasCompressed, int bytes, TimeSpan elapsed)
    {
        _takesZstd = response.TakesZstd;
        var backoff = _backoffs[batch.Lane];
        switch (response.Outcome)
        {
            case PushOutcome.Stored:
                // More than this batch may be another card's history after a clone: what comes next must be compared first.
                var through = Math.Min(response.DurableThrough, batch.FirstSequence + (ulong)batch.Records.Length - 1);
                _journal.SetDurable(batch.Epoch, batch.Lane, through, response.BackedUpThrough);
                _logger.BatchStored(batch.Lane, batch.FirstSequence, batch.Records.Length, response.DurableThrough);
                if (response.DurableThrough >= batch.FirstSequence)
                {
                    _metrics.Stored(batch.Lane, (int)Math.Min(response.DurableThrough + 1 - batch.FirstSequence, (ulong)batch.Records.Length), bytes, elapsed);
                    _refused.Stored(batch.Lane, batch.Epoch);
                    backoff.Succeeded();
                    return TimeSpan.Zero;
                }

                // Without progress the next turn might send the same again, at once and for ever.
                _schedule.Hold(batch.Lane, backoff.Failed(TimeSpan.Zero, isUrgent: true));
                return TimeSpan.Zero;
            case PushOutcome.Gap:
                // Central knows less than it said before (a restored backup): send again from there, and not at once and for ever.
                if (_journal.SetDurable(batch.Epoch, batch.Lane, response.DurableThrough, response.BackedUpThrough, isCompared: false))
                    _schedule.Hold(batch.Lane, backoff.Failed(TimeSpan.Zero, isUrgent: true));
                else
                    Refuse(batch, response, Unfillable(response.DurableThrough));
                return TimeSpan.Zero;
            case PushOutcome.Busy:
                _schedule.Hold(batch.Lane, backoff.Failed(TimeSpan.FromSeconds(response.RetryAfterSeconds), isUrgent: true));
                return TimeSpan.Zero;
            case PushOutcome.Invalid when wasCompressed && !response.TakesZstd:
                // Another central than before, which does not read what was compressed: the same goes once more, as it is.
                return TimeSpan.Zero;
            default:
                Refuse(batch, response, response.Detail);
                if (response.Outcome == PushOutcome.Fork && _journal.BeginAfter(batch.Lane, batch.Epoch))
                    _logger.EpochBegunAfterFork(batch.Lane, batch.FirstSequence);
                return TimeSpan.Zero;
        }
    }

    private static string Unfillable(ulong durableThrough) => string.Create(
        CultureInfo.InvariantCulture, $"it lacks what follows record {durableThrough}, and damage took that from this card; evidence or another card may have it");

    private void Refuse(PendingBatch batch, PushRecordsResponse response, string detail)
    {
        _metrics.Refused(batch.Lane);
        _refused.Refused(batch.Lane, batch.Epoch, detail, TimeSpan.FromSeconds(Math.Max(response.RetryAfterSeconds, 60u)));
        _logger.BatchRefused(batch.Lane, batch.FirstSequence, response.Outcome, detail);
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Ring(ImmutableArray<Lane> lanes)
    {
        if (lanes.Contains(Lane.Alerts))
            _alertBell.Writer.TryWrite(true);
        if (lanes.Any(static lane => lane != Lane.Alerts))
            _bell.Writer.TryWrite(true);
    }

    /// <summary>Waits for the time given, or until something was written: whether that may be sent now, the next turn decides.</summary>
    private async Task WaitAsync(TimeSpan wait, Channel<bool> bell, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(wait, _time, ending.Token), bell.Reader.ReadAsync(ending.Token).AsTask());
        await ending.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
