using System.Collections.Concurrent;
using EdgeCheckpoint.Protos.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>Cuts the link after central has committed a batch and before its answer is out, the first time for every batch.</summary>
internal sealed class CutAfterCommit(Func<EdgeCheckpoint.Testing.LinkProxy?> link) : Interceptor
{
    private readonly ConcurrentDictionary<(uint Lane, ulong First), byte> _cut = [];

    /// <summary>Replies that were lost.</summary>
    internal int Lost => _cut.Count;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var answer = await continuation(request, context);
        if (request is PushRecordsRequest push && _cut.TryAdd((push.Lane, push.FirstSequence), 0))
            link()?.Cut();
        return answer;
    }
}
