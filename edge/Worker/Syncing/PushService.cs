using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
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

    /// <summary>Records that the search for a parting goes back at first.</summary>
    private const ulong FirstStep = RecordBatch.RecordsMax;

    private const int ReasonLengthMax = 256;

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

    /// <summary>Of lanes whose parting is looked for: how far central has compared them since the start, and how far the next step goes back.</summary>
    private readonly ConcurrentDictionary<(Lane Lane, Guid Epoch), (ulong ComparedThrough, ulong StepBack)> _search = [];

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
        foreach (var closed in _journal.ClosedLanes)
            _refused.Closed(closed.Lane, closed.Epoch, closed.Reason);
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
                _search[(batch.Lane, batch.Epoch)] = (through, FirstStep);
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
                _search.TryRemove((batch.Lane, batch.Epoch), out _);
                if (_journal.SetDurable(batch.Epoch, batch.Lane, response.DurableThrough, response.BackedUpThrough, isCompared: false, response.ChainSha256.Memory))
                    _schedule.Hold(batch.Lane, backoff.Failed(TimeSpan.Zero, isUrgent: true));
                else
                    Close(batch, response, from: 1, JournalStore.Unfillable(response.DurableThrough));
                return TimeSpan.Zero;
            case PushOutcome.Fork:
                Part(batch, response);
                return TimeSpan.Zero;
            case PushOutcome.Busy:
                _schedule.Hold(batch.Lane, backoff.Failed(TimeSpan.FromSeconds(response.RetryAfterSeconds), isUrgent: true));
                return TimeSpan.Zero;
            case PushOutcome.Invalid when wasCompressed && !response.TakesZstd:
                // Another central than before, which does not read what was compressed: the same goes once more, as it is.
                return TimeSpan.Zero;
            default:
                Refuse(batch, response, response.Detail);
                return TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Histories part. A batch of which central takes not even the first record says where only when the record before it was compared: an older backup, or a
    /// longer history, may have parted earlier. Then it goes back, each time twice as far, until central takes a batch. From where they part on the lane is closed.
    /// </summary>
    private void Part(PendingBatch batch, PushRecordsResponse response)
    {
        var place = (batch.Lane, batch.Epoch);
        var last = batch.FirstSequence + (ulong)batch.Records.Length - 1;
        // A central of former software names only the batch.
        var at = response.ForkSequence >= batch.FirstSequence && response.ForkSequence <= last ? response.ForkSequence : batch.FirstSequence;
        var (compared, step) = _search.TryGetValue(place, out var known) ? known : (0, FirstStep);
        if (at == batch.FirstSequence && at > 1 && compared != at - 1)
        {
            if (_journal.StepBack(batch.Epoch, batch.Lane, step))
            {
                _search[place] = (0, step * 2);
                return;
            }

            // Of the first record that damage left, nobody says whether central has it.
            at--;
        }

        _search.TryRemove(place, out _);
        Close(batch, response, at, response.Detail);
    }

    private void Close(PendingBatch batch, PushRecordsResponse response, ulong from, string reason)
    {
        reason = reason.Length <= ReasonLengthMax ? reason : reason[..ReasonLengthMax];
        _metrics.Refused(batch.Lane);
        _logger.BatchRefused(batch.Lane, batch.FirstSequence, response.Outcome, reason);
        _journal.Close(batch.Lane, batch.Epoch, from, reason);
        _refused.Closed(batch.Lane, batch.Epoch, reason);
        // A central that finds a parting in every epoch must not have them begun as fast as it answers.
        _schedule.Hold(batch.Lane, _backoffs[batch.Lane].Failed(TimeSpan.Zero, isUrgent: true));
    }

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
