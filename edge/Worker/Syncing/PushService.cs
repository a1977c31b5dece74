using System.Collections.Immutable;
using System.Threading.Channels;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using WireRecord = EdgeCheckpoint.Protos.V1.SealedRecord;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Sends the journal, lane by lane, oldest first, until central has made everything durable. At least once on the wire;
/// central stores exactly once. Never in the way of the counter.
/// </summary>
internal sealed class PushService : BackgroundService
{
    /// <summary>Lanes in the order of a round. All get a turn, so a full lane 1 cannot starve lane 2.</summary>
    private static readonly ImmutableArray<Lane> Lanes = [Lane.Alerts, Lane.Encounters, Lane.Audit, Lane.Health];

    private readonly JournalStore _journal;
    private readonly CentralLink _link;
    private readonly CredentialBook _credentials;
    private readonly ApplianceIdentity _identity;
    private readonly ClockKeeper _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<PushService> _logger;
    private readonly SyncBackoff _backoff;
    private readonly double _idleSeconds;

    /// <summary>A rung bell is enough: one waiting signal stands for any number of appends.</summary>
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>An alert was written since the last round began; kept apart, since a waiting signal swallows a later one.</summary>
    private volatile bool _hasAlert;

    public PushService(
        JournalStore journal,
        CentralLink link,
        CredentialBook credentials,
        ApplianceIdentity identity,
        ClockKeeper clock,
        TimeProvider time,
        IOptions<SyncOptions> options,
        ILogger<PushService> logger)
    {
        (_journal, _link, _credentials, _identity, _clock, _time, _logger) = (journal, link, credentials, identity, clock, time, logger);
        _backoff = new SyncBackoff(options.Value, Random.Shared);
        _idleSeconds = options.Value.HeartbeatSeconds;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _journal.Appended += Ring;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
                await WaitAsync(await TryRoundAsync(stoppingToken), stoppingToken);
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

    /// <summary>A journal that cannot be read or written now does not stop the appliance: the round is tried again later.</summary>
    private async Task<TimeSpan?> TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RoundAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is SqliteException or InvalidDataException)
        {
            _logger.SyncHeldUp(nameof(PushService), fault.Message);
            return _backoff.Failed(TimeSpan.Zero, isUrgent: false);
        }
    }

    /// <summary>One batch of each lane that has one. A lane that central refuses does not hold up the others.</summary>
    /// <returns>How long to wait before the next round; null to go on at once.</returns>
    private async Task<TimeSpan?> RoundAsync(CancellationToken cancellationToken)
    {
        _hasAlert = false;
        var sent = false;
        TimeSpan? refused = null;
        foreach (var lane in Lanes)
        {
            if (_journal.ReadUnsent(lane) is not { } batch)
                continue;
            var outcome = await PushAsync(batch, cancellationToken);
            if (outcome.IsRefused)
            {
                refused = outcome.RetryAfter;
                continue;
            }

            if (outcome.RetryAfter is { } retryAfter)
                return _backoff.Failed(retryAfter, isUrgent: lane == Lane.Alerts);
            _backoff.Succeeded();
            sent = true;
        }

        return sent ? null : refused ?? TimeSpan.FromSeconds(_idleSeconds);
    }

    /// <summary>Sends one batch.</summary>
    private async Task<PushResult> PushAsync(PendingBatch batch, CancellationToken cancellationToken)
    {
        var request = Request(batch);
        var result = await _link.CallAsync(
            async (channel, token) =>
                await new JournalService.JournalServiceClient(channel).PushRecordsAsync(request, cancellationToken: token),
            cancellationToken);
        if (!result.TryGet(out var response, out _))
            return new PushResult(TimeSpan.Zero);
        switch (response.Outcome)
        {
            case PushOutcome.Stored:
            case PushOutcome.Gap:
                // A gap means central knows less than it said before (a restored backup): send again from there.
                _journal.SetDurable(batch.Epoch, batch.Lane, response.DurableThrough, response.BackedUpThrough);
                _logger.BatchStored(batch.Lane, batch.FirstSequence, batch.Records.Length, response.DurableThrough);
                // Without progress the next round would send the same again, at once and for ever.
                return new PushResult(response.DurableThrough < batch.FirstSequence ? TimeSpan.Zero : null);
            case PushOutcome.Busy:
                return new PushResult(TimeSpan.FromSeconds(response.RetryAfterSeconds));
            default:
                _logger.BatchRefused(batch.Lane, batch.FirstSequence, response.Outcome, response.Detail);
                return new PushResult(TimeSpan.FromSeconds(Math.Max(response.RetryAfterSeconds, 60u)), IsRefused: true);
        }
    }

    /// <summary>What became of a batch.</summary>
    /// <param name="RetryAfter">Null when central has committed; otherwise the wait central asked for, zero when it did not.</param>
    /// <param name="IsRefused">Central answers, but takes this batch never: a fork, or bytes that do not verify.</param>
    private readonly record struct PushResult(TimeSpan? RetryAfter, bool IsRefused = false);

    private PushRecordsRequest Request(PendingBatch batch)
    {
        var credential = _credentials.InUse;
        var statement = new BatchStatement(
            _identity.ApplianceId,
            batch.Epoch,
            batch.Lane,
            batch.FirstSequence,
            batch.Records.Length,
            batch.PreviousChain,
            batch.Records[^1].Chain);
        var request = new PushRecordsRequest
        {
            Epoch = ByteString.CopyFrom(batch.Epoch.ToByteArray(bigEndian: true)),
            Lane = (uint)batch.Lane,
            FirstSequence = batch.FirstSequence,
            PreviousChainSha256 = ByteString.CopyFrom(batch.PreviousChain.Span),
            Signature = ByteString.CopyFrom(credential.Key.Sign(statement.Encode())),
            SigningKeyId = ByteString.CopyFrom(credential.SigningKeyId.ToBytes()),
            SignatureAlgorithm = (uint)SignatureAlgorithm.EcdsaP256Sha256,
            SentAtUnixMicroseconds = _clock.Read().WallUnixMicroseconds,
        };
        foreach (var record in batch.Records)
        {
            request.Records.Add(new WireRecord
            {
                Header = ByteString.CopyFrom(record.Header.Span),
                Ciphertext = ByteString.CopyFrom(record.Ciphertext.Span),
                WrappedKey = ByteString.CopyFrom(record.WrappedForCentral.Span),
                ChainSha256 = ByteString.CopyFrom(record.Chain.Span),
            });
        }

        return request;
    }

    private void Ring(ImmutableArray<Lane> lanes)
    {
        if (lanes.Contains(Lane.Alerts))
            _hasAlert = true;
        _bell.Writer.TryWrite(true);
    }

    /// <summary>
    /// Waits for the time given. New records end an idle wait at once; after a failure only an alert does, and only the
    /// first one, so that a storm of alerts does not become a storm of calls.
    /// </summary>
    private async Task WaitAsync(TimeSpan? wait, CancellationToken cancellationToken)
    {
        if (wait is not { } duration)
            return;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(duration, _time, ending.Token);
        while (!timer.IsCompleted)
        {
            var bell = _bell.Reader.ReadAsync(ending.Token).AsTask();
            var first = await Task.WhenAny(timer, bell);
            if (first == timer)
                break;
            await bell;
            if (_backoff.Failures == 0 || (_hasAlert && _backoff.Failures == 1))
                break;
        }

        await ending.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
