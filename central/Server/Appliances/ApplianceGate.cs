using System.Data.Common;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// Stands before every gRPC method: identifies the caller, and lets no exception out. A method that is not named here
/// needs a certificate in its time; forgetting one cannot open a door.
/// </summary>
internal sealed class ApplianceGate(CallerCheck callers, BoundedAudit bounded, Auditor auditor, ILogger<ApplianceGate> logger) : Interceptor
{
    private const string JoinMethod = "/checkpoint.v1.EnrolmentService/Join";
    private const string CommandMethods = "/checkpoint.v1.CommandService/";
    private const string RenewMethod = "/checkpoint.v1.EnrolmentService/Renew";

    private static readonly object ApplianceKey = new();

    /// <summary>The appliance that calls; every method but Join has one.</summary>
    public static Appliance Caller(ServerCallContext context) => (Appliance)context.UserState[ApplianceKey];

    /// <summary>Asks again during a long call; throws the refusal once the appliance may no longer call.</summary>
    public static async Task RecheckAsync(CallerCheck callers, ServerCallContext context)
    {
        var answer = await callers.IdentifyAsync(
            context.GetHttpContext().Connection.ClientCertificate, mayBeExpired: false, mayBeRevoked: false, context.CancellationToken);
        if (!answer.TryGet(out _, out var refusal))
            throw GrpcStatuses.From(refusal);
    }

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await IdentifyAsync(context);
            return await continuation(request, context);
        }
        catch (Exception fault) when (Answer(fault, context) is { } answer)
        {
            throw answer;
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await IdentifyAsync(context);
            await continuation(request, responseStream, context);
        }
        catch (Exception fault) when (Answer(fault, context) is { } answer)
        {
            throw answer;
        }
    }

    // The contract has no client streams; one that is added must be thought about first.
    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) => throw GrpcStatuses.Unforeseen;

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) => throw GrpcStatuses.Unforeseen;

    private async Task IdentifyAsync(ServerCallContext context)
    {
        if (context.Method == JoinMethod)
            return;
        var answer = await callers.IdentifyAsync(
            context.GetHttpContext().Connection.ClientCertificate, context.Method == RenewMethod, context.Method.StartsWith(CommandMethods, StringComparison.Ordinal), context.CancellationToken);
        if (!answer.TryGet(out var appliance, out var refusal))
        {
            Log.CallRefused(logger, context.Method, context.Peer, refusal.Reason);
            await bounded.AppendAsync(
                $"call {refusal.Reason}", auditor.Event(Auditor.Central, AuditAction.CallRefused, context.Method, refusal.Reason), context.CancellationToken);
            throw GrpcStatuses.From(refusal);
        }

        context.UserState[ApplianceKey] = appliance;
    }

    /// <summary>What the caller is told; null to let the exception through as it is.</summary>
    private RpcException? Answer(Exception fault, ServerCallContext context)
    {
        if (fault is RpcException || (fault is OperationCanceledException && context.CancellationToken.IsCancellationRequested))
            return null;
        Log.CallFailed(logger, context.Method, fault.GetType().Name, fault.StackTrace);
        return fault is DbException ? GrpcStatuses.StoreUnavailable : GrpcStatuses.Unforeseen;
    }
}
