using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Worker.Syncing;
using Grpc.Core;

namespace EdgeCheckpoint.Edge.Tests.Worker;

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
        Assert.Contains("to wait", waiting.Failure.Detail, StringComparison.Ordinal);
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

    public void Dispose() => _bench.Dispose();

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
