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

/// <summary>What a call needs of the link.</summary>
/// <param name="Bytes">What it carries, both ways together, as far as that is known.</param>
/// <param name="IsAlert">It carries lane 0, which waits for nobody's back-off but its own.</param>
internal readonly record struct CallNeeds(int Bytes = 0, bool IsAlert = false);

/// <summary>
/// The one way to call central. Every call has a deadline by what the link was measured to carry, and goes through a circuit breaker
/// (Polly); after two expired deadlines in a row the channel is thrown away and built anew, since a half-open connection can look
/// healthy for ever. After a failure nobody calls until <see cref="LinkGate"/> opens; it also keeps the wait that central asks for.
/// </summary>
internal sealed class CentralLink : IDisposable
{
    private const int ExpiriesUntilRebuild = 2;

    private static readonly ResiliencePropertyKey<TimeSpan> DeadlineKey = new("deadline");

    private readonly ApplianceIdentity _identity;
    private readonly SiteTrust _trust;
    private readonly CredentialBook _credentials;
    private readonly ClockKeeper _clock;
    private readonly TimeProvider _time;
    private readonly SyncMetrics _metrics;
    private readonly ILogger<CentralLink> _logger;
    private readonly ResiliencePipeline _pipeline;
    private readonly Lock _gate = new();
    private GrpcChannel _channel;
    private int _expiries;

    public CentralLink(
        ApplianceIdentity identity,
        SiteTrust trust,
        CredentialBook credentials,
        ClockKeeper clock,
        TimeProvider time,
        IOptions<SyncOptions> options,
        SyncMetrics metrics,
        ILogger<CentralLink> logger)
    {
        (_identity, _trust, _credentials, _clock, _time, _metrics, _logger) = (identity, trust, credentials, clock, time, metrics, logger);
        Pace = new LinkPace(options.Value);
        Gate = new LinkGate(options.Value, time, Random.Shared);
        _channel = OpenChannel();
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                // Half of at least four calls failing within a minute: leave central alone for a little.
                FailureRatio = 0.5,
                MinimumThroughput = 4,
                SamplingDuration = TimeSpan.FromSeconds(60),
                BreakDuration = TimeSpan.FromSeconds(Math.Max(0.5, options.Value.BackoffSecondsMin)),
                ShouldHandle = new PredicateBuilder().Handle<TimeoutRejectedException>().Handle<RpcException>(IsTransport),
            })
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = static arguments =>
                    ValueTask.FromResult(arguments.Context.Properties.GetValue(DeadlineKey, Timeout.InfiniteTimeSpan)),
            })
            .Build();
    }

    /// <summary>How the last call went; read by screens and health.</summary>
    internal LinkState State { get; private set; } = new(false, "not yet tried", null);

    /// <summary>What the link carries.</summary>
    internal LinkPace Pace { get; }

    /// <summary>When central may be called again.</summary>
    internal LinkGate Gate { get; }

    /// <summary>Calls central.</summary>
    /// <param name="call">Gets the channel and a token that ends at the deadline.</param>
    /// <returns>The answer, or why there is none, in one sentence.</returns>
    internal async Task<Result<T, string>> CallAsync<T>(
        Func<GrpcChannel, CancellationToken, Task<T>> call, CancellationToken cancellationToken, CallNeeds needs = default)
        where T : class =>
        (await AskAsync(call, cancellationToken, needs).ConfigureAwait(false)).TryGet(out var answer, out var trouble) ? answer : trouble.Detail;

    /// <summary>Calls central, for a caller that acts upon a refusal.</summary>
    internal async Task<Result<T, LinkTrouble>> AskAsync<T>(
        Func<GrpcChannel, CancellationToken, Task<T>> call, CancellationToken cancellationToken, CallNeeds needs = default)
        where T : class
    {
        // Nothing is tried, so there is nothing new to show: the last real answer stands.
        if (Gate.Wait(needs.IsAlert) > TimeSpan.Zero)
            return new LinkTrouble(State.Detail, RefusalReason.Unspecified);
        var channel = Channel();
        var deadline = Pace.Deadline(needs.Bytes);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(DeadlineKey, deadline);
        var start = _time.GetTimestamp();
        try
        {
            var answer = await _pipeline.ExecuteAsync(
                async attempt => await call(channel, attempt.CancellationToken).ConfigureAwait(false), context).ConfigureAwait(false);
            Answered(needs, _time.GetElapsedTime(start));
            return answer;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (BrokenCircuitException)
        {
            return new LinkTrouble(State.Detail, RefusalReason.Unspecified);
        }
        catch (Exception fault) when (IsReplaced(fault, channel))
        {
            // Another call has just thrown this channel away; that says nothing of the new one.
            return new LinkTrouble("the connection was built anew", RefusalReason.Unspecified);
        }
        catch (Exception fault) when (fault is RpcException or TimeoutRejectedException or OperationCanceledException)
        {
            return Failed(fault, needs, deadline);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
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

        _metrics.Rebuilt();
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

    private void Answered(CallNeeds needs, TimeSpan elapsed)
    {
        Pace.Answered(needs.Bytes, elapsed);
        Gate.Answered();
        _metrics.Answered(elapsed);
        Note(new LinkState(true, "connected", _time.GetUtcNow()));
        lock (_gate)
            _expiries = 0;
    }

    private LinkTrouble Failed(Exception fault, CallNeeds needs, TimeSpan deadline)
    {
        var trouble = new LinkTrouble(Explain(fault), Refusals.Of(fault));
        _metrics.Failed(fault is RpcException rpc ? rpc.StatusCode : StatusCode.DeadlineExceeded);
        if (Refusals.WaitOf(fault) is { } wait)
            Gate.Asked(wait);
        Note(new LinkState(false, trouble.Detail, State.LastContact, trouble.Refusal));
        if (IsExpiry(fault))
        {
            Pace.Expired(needs.Bytes, deadline);
            Gate.Failed(needs.IsAlert);
            CountExpiry();
        }
        else if (fault is RpcException { } answer && IsTransport(answer))
        {
            Gate.Failed(needs.IsAlert);
        }

        return trouble;
    }

    private void Note(LinkState state)
    {
        if (state.IsUp != State.IsUp || State.LastContact is null && state.IsUp)
            _logger.LinkChanged(state.IsUp, state.Detail);
        State = state;
    }

    private void CountExpiry()
    {
        bool isEnough;
        lock (_gate)
            isEnough = ++_expiries >= ExpiriesUntilRebuild;
        if (isEnough)
            Rebuild();
    }

    /// <summary>True when the call ended because its channel was thrown away under it.</summary>
    private bool IsReplaced(Exception fault, GrpcChannel channel) =>
        fault is ObjectDisposedException || (fault is RpcException { StatusCode: StatusCode.Cancelled } && channel != Channel());

    /// <summary>No answer in time: by our deadline, or by one of the transport's own.</summary>
    private static bool IsExpiry(Exception fault) =>
        fault is TimeoutRejectedException or OperationCanceledException
            or RpcException { StatusCode: StatusCode.DeadlineExceeded or StatusCode.Cancelled };

    private static bool IsTransport(RpcException fault) =>
        fault.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown;

    private string Explain(Exception fault) => fault switch
    {
        RpcException { StatusCode: StatusCode.Unauthenticated or StatusCode.PermissionDenied } refused =>
            $"central refuses this appliance: {refused.Status.Detail}",
        RpcException when IsCertificateTrouble(fault) =>
            $"central at {_identity.CentralAddress} shows a certificate that is not of the site's authorities",
        RpcException { StatusCode: StatusCode.Unavailable } => $"central at {_identity.CentralAddress} does not answer",
        RpcException timeout when IsExpiry(timeout) => $"central at {_identity.CentralAddress} did not answer in time",
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
