using EdgeCheckpoint.Protos.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>Counts the batches that reach central, those that it refuses included.</summary>
internal sealed class PushCount : Interceptor
{
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (request is PushRecordsRequest)
            Interlocked.Increment(ref _count);
        return continuation(request, context);
    }
}
