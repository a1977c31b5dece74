using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Worker.Syncing;
using Grpc.Core;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

public sealed class CentralLinkTests : IDisposable
{
    private readonly Bench _bench = new();
    private int _calls;

    [Fact]
    public async Task Ask_CentralSaysTooOften_CallsNobodyUntilTheTimeItNamed()
    {
        var refused = await AskAsync(Refusal(StatusCode.ResourceExhausted, RefusalReason.TooManyCalls, "5000"));
        var waiting = await AskAsync(null);
        _bench.Time.Advance(TimeSpan.FromSeconds(4.9));
        await AskAsync(null);
        Assert.Equal(1, _calls);
        _bench.Time.Advance(TimeSpan.FromSeconds(0.2));

        var answered = await AskAsync(null);

        Assert.Equal(RefusalReason.TooManyCalls, refused.Failure.Refusal);
        Assert.Equal(refused.Failure.Detail, waiting.Failure.Detail);
        Assert.True(answered.IsSuccess);
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task Ask_MessageTooLarge_IsNoReasonToWait()
    {
        await AskAsync(new RpcException(new Status(StatusCode.ResourceExhausted, "too large")));

        Assert.True((await AskAsync(null)).IsSuccess);
    }

    [Theory]
    [InlineData("99999999999999")]
    [InlineData("-1")]
    [InlineData("soon")]
    public async Task Ask_ImpossibleWait_NeverStopsTheLinkForLong(string wait)
    {
        await AskAsync(Refusal(StatusCode.ResourceExhausted, RefusalReason.TooManyCalls, wait));
        _bench.Time.Advance(TimeSpan.FromMinutes(15));

        Assert.True((await AskAsync(null)).IsSuccess);
    }

    [Fact]
    public async Task State_AfterARefusalAndARebuild_ForgetsTheRefusal()
    {
        await AskAsync(Refusal(StatusCode.Unauthenticated, RefusalReason.CertificateExpired, null));
        Assert.Equal(RefusalReason.CertificateExpired, _bench.Link.State.Refusal);

        _bench.Link.Rebuild();

        Assert.Equal(RefusalReason.Unspecified, _bench.Link.State.Refusal);
    }

    [Fact]
    public async Task Ask_TwoCallsThatNeverEnd_BuildsTheChannelAnewAndSaysSo()
    {
        var first = _bench.Link.Channel();
        await ExpireAsync();
        Assert.Same(first, _bench.Link.Channel());
        _bench.Time.Advance(_bench.Link.Gate.Wait(isAlert: false));

        var trouble = await ExpireAsync();

        Assert.NotSame(first, _bench.Link.Channel());
        Assert.Contains("did not answer in time", trouble.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_CallsThatTheTransportCancels_AreExpiriesToo()
    {
        var first = _bench.Link.Channel();
        for (var i = 0; i < 2; i++)
        {
            var answer = await AskAsync(new RpcException(new Status(StatusCode.Cancelled, "call cancelled by the client")));
            Assert.Contains("did not answer in time", answer.Failure.Detail, StringComparison.Ordinal);
            _bench.Time.Advance(_bench.Link.Gate.Wait(isAlert: false));
        }

        Assert.NotSame(first, _bench.Link.Channel());
    }

    [Fact]
    public async Task Ask_ChannelThrownAwayUnderTheCall_SaysNothingOfTheLink()
    {
        var answer = await _bench.Link.AskAsync<string>(
            (_, _) =>
            {
                _bench.Link.Rebuild();
                return Task.FromException<string>(new RpcException(new Status(StatusCode.Cancelled, "gRPC call disposed")));
            },
            TestContext.Current.CancellationToken);

        Assert.False(answer.IsSuccess);
        Assert.Equal(TimeSpan.Zero, _bench.Link.Gate.Wait(isAlert: false));
    }

    [Fact]
    public async Task Ask_CentralDoesNotAnswer_IsCalledByNobodyUntilTheGateOpens()
    {
        await AskAsync(new RpcException(new Status(StatusCode.Unavailable, "")));
        await AskAsync(null);
        await AskAsync(null);

        Assert.Equal(1, _calls);
        _bench.Time.Advance(_bench.Link.Gate.Wait(isAlert: false));
        Assert.True((await AskAsync(null)).IsSuccess);
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>A call that is never answered, until its deadline.</summary>
    private async Task<LinkTrouble> ExpireAsync()
    {
        var begun = new TaskCompletionSource();
        var asking = _bench.Link.AskAsync<string>(
            async (_, token) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return "never";
            },
            TestContext.Current.CancellationToken);
        await begun.Task;
        _bench.Time.Advance(TimeSpan.FromSeconds(new SyncOptions().CallSecondsMin));
        return (await asking).Failure;
    }

    private static RpcException Refusal(StatusCode status, RefusalReason reason, string? wait)
    {
        var trailers = new Metadata { { "checkpoint-refusal", ((int)reason).ToString(System.Globalization.CultureInfo.InvariantCulture) } };
        if (wait is not null)
            trailers.Add("grpc-retry-pushback-ms", wait);
        return new RpcException(new Status(status, "refused"), trailers);
    }

    private Task<Result<string, LinkTrouble>> AskAsync(RpcException? fault) =>
        _bench.Link.AskAsync(
            (_, _) =>
            {
                _calls++;
                return fault is null ? Task.FromResult("answer") : Task.FromException<string>(fault);
            },
            TestContext.Current.CancellationToken);
}
