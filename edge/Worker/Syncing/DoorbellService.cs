using EdgeCheckpoint.Protos.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Listens at the doorbell. It carries no truth, only a reason to ask; three missed ticks and the stream is given up,
/// since a transport may look alive long after the other end is gone.
/// </summary>
internal sealed class DoorbellService(
    CentralLink link,
    ReleaseSyncService releases,
    CommandSyncService commands,
    TimeProvider time,
    IOptions<SyncOptions> options,
    ILogger<DoorbellService> logger) : BackgroundService
{
    private const int MissedTicksMax = 3;

    private TimeSpan Patience => TimeSpan.FromSeconds(options.Value.TickSeconds * (MissedTicksMax + 0.5));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new SyncBackoff(options.Value, Random.Shared);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (link.Gate.Wait(isAlert: false) is var shut && shut > TimeSpan.Zero)
                {
                    await Task.Delay(shut, time, stoppingToken);
                    continue;
                }

                await ListenAsync(backoff, stoppingToken);
                await Task.Delay(backoff.Failed(TimeSpan.Zero, isUrgent: false), time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(SyncBackoff backoff, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        try
        {
            using var call = new Protos.V1.DoorbellService.DoorbellServiceClient(link.Channel()).Listen(
                new ListenRequest { TickIntervalSeconds = (uint)options.Value.TickSeconds }, cancellationToken: silence.Token);
            await foreach (var ring in call.ResponseStream.ReadAllAsync(silence.Token))
            {
                patience.CancelAfter(Patience);
                backoff.Succeeded();
                Answer(ring);
            }
        }
        catch (Exception) when (silence.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            // The other end may be long gone although the transport looks alive; calls on it would each wait for their deadline.
            logger.DoorbellEnded("silent for too long");
            link.Rebuild();
        }
        catch (Exception fault) when (fault is RpcException or ObjectDisposedException
            || (fault is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            logger.DoorbellEnded(fault is RpcException rpc ? rpc.StatusCode.ToString() : "the connection was built anew");
        }
    }

    private void Answer(ListenResponse ring)
    {
        switch (ring.RingCase)
        {
            case ListenResponse.RingOneofCase.ReleaseAvailable or ListenResponse.RingOneofCase.RootAvailable:
                releases.Ring();
                break;
            case ListenResponse.RingOneofCase.CommandsWaiting:
                commands.Ring();
                break;
            default:
                break;
        }
    }
}
