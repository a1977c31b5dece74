using System.Data.Common;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// Stands before every gRPC method: identifies the caller by the method's <see cref="CallRule"/>, bounds how often it calls, and lets
/// no exception out.
/// </summary>
internal sealed class ApplianceGate(CallerCheck callers, CallLimits limits, BoundedAudit bounded, Auditor auditor, ILogger<ApplianceGate> logger) : Interceptor
{
    private static readonly object ApplianceKey = new();

    /// <summary>The appliance that calls; every method but Join and GetSiteRoots has one.</summary>
    public static Appliance Caller(ServerCallContext context) => (Appliance)context.UserState[ApplianceKey];

    /// <summary>Asks again during a long call; throws the refusal once the appliance may no longer call.</summary>
    public static async Task RecheckAsync(CallerCheck callers, ServerCallContext context)
    {
        var answer = await callers.IdentifyAsync(
            context.GetHttpContext().Connection.ClientCertificate, CallRule.Of(context.Method), context.CancellationToken);
        if (!answer.TryGet(out _, out var refusal))
            throw GrpcStatuses.From(refusal);
    }

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        AlertCall.IsCurrent = request is PushRecordsRequest { Lane: (uint)Lane.Alerts };
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
        var rule = CallRule.Of(context.Method);
        var connection = context.GetHttpContext().Connection;
        if (rule.MayBeAnonymous)
        {
            await RefuseAsync(limits.CheckAddress(connection.RemoteIpAddress), context);
            return;
        }

        var answer = await callers.IdentifyAsync(connection.ClientCertificate, rule, context.CancellationToken);
        if (!answer.TryGet(out var appliance, out var refusal))
            await RefuseAsync(refusal, context);
        await RefuseAsync(limits.CheckAppliance(appliance!.ApplianceId), context);
        context.UserState[ApplianceKey] = appliance;
    }

    private async Task RefuseAsync(CallRefusal? refusal, ServerCallContext context)
    {
        if (refusal is null)
            return;
        Log.CallRefused(logger, context.Method, context.Peer, refusal.Reason);
        await bounded.AppendAsync(
            $"call {refusal.Reason}", auditor.Event(Auditor.Central, AuditAction.CallRefused, context.Method, refusal.Reason), context.CancellationToken);
        throw GrpcStatuses.From(refusal);
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
