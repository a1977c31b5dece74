using Grpc.Core;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Why a call was refused.</summary>
internal enum RefusalKind
{
    /// <summary>Who calls is not established.</summary>
    NotAuthenticated,

    /// <summary>Who calls is known, or the ticket is, and may not.</summary>
    NotPermitted,

    /// <summary>The request cannot be what the contract says.</summary>
    BadRequest,

    /// <summary>What is asked for does not exist.</summary>
    NotFound,
}

/// <summary>A refusal and its reason for a technician, without personal data.</summary>
internal sealed record CallRefusal(RefusalKind Kind, string Reason);

/// <summary>The one place where central's refusals become gRPC statuses.</summary>
internal static class GrpcStatuses
{
    /// <summary>For anything unforeseen: the cause stays in central's log.</summary>
    public static RpcException Unforeseen { get; } =
        new(new Status(StatusCode.Internal, "central could not do this; its log says why"));

    /// <summary>The store does not answer at the moment.</summary>
    public static RpcException StoreUnavailable { get; } =
        new(new Status(StatusCode.Unavailable, "central cannot reach its store at the moment; try again later"));

    public static RpcException From(CallRefusal refusal) => new(new Status(
        refusal.Kind switch
        {
            RefusalKind.NotAuthenticated => StatusCode.Unauthenticated,
            RefusalKind.NotPermitted => StatusCode.PermissionDenied,
            RefusalKind.BadRequest => StatusCode.InvalidArgument,
            RefusalKind.NotFound => StatusCode.NotFound,
            _ => throw new InvalidOperationException($"Refusal kind {refusal.Kind} has no status."),
        },
        refusal.Reason));
}
