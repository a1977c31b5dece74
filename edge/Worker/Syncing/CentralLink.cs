using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>How the link to central did at the last call.</summary>
/// <param name="Refusal">Why central refused this appliance at the last call that it answered; unspecified when it did not.</param>
internal sealed record LinkState(bool IsUp, string Detail, DateTimeOffset? LastContact, RefusalReason Refusal = RefusalReason.Unspecified);

/// <summary>Why a call has no answer.</summary>
/// <param name="Refusal">What central said; unspecified when it said nothing.</param>
internal sealed record LinkTrouble(string Detail, RefusalReason Refusal);

/// <summary>
/// The one way to call central. Every call has a deadline and goes through a circuit breaker (Polly); after two expired
/// deadlines in a row the channel is thrown away and built anew, since a half-open connection can look healthy for ever. When central
/// says that this appliance calls too often, nothing is called until the time it names.
/// </summary>
internal sealed class CentralLink : IDisposable
{
    private const int ExpiriesUntilRebuild = 2;

    private readonly ApplianceIdentity _identity;
    private readonly SiteTrust _trust;
    private readonly CredentialBook _credentials;
    private readonly ClockKeeper _clock;
    private readonly TimeProvider _time;
    private readonly SyncOptions _options;
    private readonly ILogger<CentralLink> _logger;
    private readonly ResiliencePipeline _pipeline;
    private readonly Lock _gate = new();
    private GrpcChannel _channel;
    private int _expiries;
    private (long Since, TimeSpan Length) _wait;

    public CentralLink(
        ApplianceIdentity identity,
        SiteTrust trust,
        CredentialBook credentials,
        ClockKeeper clock,
        TimeProvider time,
        IOptions<SyncOptions> options,
        ILogger<CentralLink> logger)
    {
        (_identity, _trust, _credentials, _clock, _time, _options, _logger) = (identity, trust, credentials, clock, time, options.Value, logger);
        _channel = OpenChannel();
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                // Half of at least four calls failing within a minute: leave central alone for a little.
                FailureRatio = 0.5,
                MinimumThroughput = 4,
                SamplingDuration = TimeSpan.FromSeconds(60),
                BreakDuration = TimeSpan.FromSeconds(Math.Max(0.5, _options.BackoffSecondsMin)),
                ShouldHandle = new PredicateBuilder().Handle<TimeoutRejectedException>().Handle<RpcException>(IsTransport),
            })
            .AddTimeout(TimeSpan.FromSeconds(_options.CallSecondsMax))
            .Build();
    }

    /// <summary>How the last call went; read by screens and health.</summary>
    internal LinkState State { get; private set; } = new(false, "not yet tried", null);

    /// <summary>Calls central.</summary>
    /// <param name="call">Gets the channel and a token that ends at the deadline.</param>
    /// <returns>The answer, or why there is none, in one sentence.</returns>
    internal async Task<Result<T, string>> CallAsync<T>(
        Func<GrpcChannel, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class =>
        (await AskAsync(call, cancellationToken).ConfigureAwait(false)).TryGet(out var answer, out var trouble) ? answer : trouble.Detail;

    /// <summary>Calls central, for a caller that acts upon a refusal.</summary>
    internal async Task<Result<T, LinkTrouble>> AskAsync<T>(
        Func<GrpcChannel, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        if (MustWait())
            return new LinkTrouble("central asks this appliance to wait before it calls again", RefusalReason.TooManyCalls);
        var channel = Channel();
        try
        {
            var answer = await _pipeline.ExecuteAsync(
                async token => await call(channel, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            Note(isUp: true, "connected", isExpiry: false);
            return answer;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (BrokenCircuitException)
        {
            // Nothing was tried, so there is nothing new to show: the last real answer stands.
            return new LinkTrouble(State.Detail, RefusalReason.Unspecified);
        }
        catch (Exception fault) when (fault is RpcException or TimeoutRejectedException or OperationCanceledException or ObjectDisposedException)
        {
            // Disposed: another call has just thrown this channel away; the next one takes the new channel.
            var trouble = new LinkTrouble(Explain(fault), Refusals.Of(fault));
            TakeWait(fault);
            Note(isUp: false, trouble.Detail, fault is TimeoutRejectedException or RpcException { StatusCode: StatusCode.DeadlineExceeded }, trouble.Refusal);
            return trouble;
        }
    }

    /// <summary>The present channel, for the doorbell's long stream.</summary>
    internal GrpcChannel Channel()
    {
        lock (_gate)
            return _channel;
    }

    /// <summary>Throws the channel away and opens a new one with the credential in use.</summary>
    internal void Rebuild()
    {
        lock (_gate)
        {
            _channel.Dispose();
            _channel = OpenChannel();
            _expiries = 0;
        }

        State = State with { Refusal = RefusalReason.Unspecified };

        _logger.ChannelRebuilt();
    }

    public void Dispose()
    {
        lock (_gate)
            _channel.Dispose();
    }

    private GrpcChannel OpenChannel() =>
        CentralChannel.Open(
            _identity.CentralAddress, () => _trust.Current, _credentials.InUse.WithKey(), _clock.VerificationTimes);

    /// <summary>True while central has asked for a wait.</summary>
    private bool MustWait()
    {
        lock (_gate)
            return _wait.Length > TimeSpan.Zero && _time.GetElapsedTime(_wait.Since) < _wait.Length;
    }

    private void TakeWait(Exception fault)
    {
        if (Refusals.WaitOf(fault) is not { } wait)
            return;
        lock (_gate)
            _wait = (_time.GetTimestamp(), wait);
    }

    private void Note(bool isUp, string detail, bool isExpiry, RefusalReason refusal = RefusalReason.Unspecified)
    {
        if (isUp != State.IsUp || State.LastContact is null && isUp)
            _logger.LinkChanged(isUp, detail);
        State = new LinkState(isUp, detail, isUp ? _time.GetUtcNow() : State.LastContact, refusal);
        _expiries = isExpiry ? _expiries + 1 : 0;
        if (_expiries >= ExpiriesUntilRebuild)
            Rebuild();
    }

    private static bool IsTransport(RpcException fault) =>
        fault.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown;

    private string Explain(Exception fault) => fault switch
    {
        RpcException { StatusCode: StatusCode.Unauthenticated or StatusCode.PermissionDenied } refused =>
            $"central refuses this appliance: {refused.Status.Detail}",
        RpcException when IsCertificateTrouble(fault) =>
            $"central at {_identity.CentralAddress} shows a certificate that is not of the site's authorities",
        RpcException { StatusCode: StatusCode.Unavailable } => $"central at {_identity.CentralAddress} does not answer",
        RpcException other => $"central answered {other.StatusCode}: {other.Status.Detail}",
        _ => $"central at {_identity.CentralAddress} did not answer in time",
    };

    private static bool IsCertificateTrouble(Exception fault)
    {
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is System.Security.Authentication.AuthenticationException)
                return true;
        }

        return fault is RpcException rpc && rpc.Status.DebugException is { } debug && IsCertificateTrouble(debug);
    }
}
