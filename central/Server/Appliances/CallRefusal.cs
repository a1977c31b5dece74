using System.Globalization;
using EdgeCheckpoint.Protos.V1;
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

    /// <summary>The caller must wait.</summary>
    TooOften,
}

/// <summary>A refusal and its reason for a technician, without personal data.</summary>
internal sealed record CallRefusal(RefusalKind Kind, string Reason)
{
    /// <summary>The reason for the appliance's program; unspecified where it needs none.</summary>
    public RefusalReason Code { get; init; }

    /// <summary>When to call again; zero where that is no question of time.</summary>
    public TimeSpan RetryAfter { get; init; }
}

/// <summary>The one place where central's refusals become gRPC statuses.</summary>
internal static class GrpcStatuses
{
    /// <summary>Trailer with the number of the <see cref="RefusalReason"/>.</summary>
    private const string ReasonTrailer = "checkpoint-refusal";

    /// <summary>Trailer with the wait in milliseconds (gRPC proposal A6).</summary>
    private const string WaitTrailer = "grpc-retry-pushback-ms";

    /// <summary>For anything unforeseen: the cause stays in central's log.</summary>
    public static RpcException Unforeseen { get; } =
        new(new Status(StatusCode.Internal, "central could not do this; its log says why"));

    /// <summary>The store does not answer at the moment.</summary>
    public static RpcException StoreUnavailable { get; } =
        new(new Status(StatusCode.Unavailable, "central cannot reach its store at the moment; try again later"));

    public static RpcException From(CallRefusal refusal) => new(StatusOf(refusal), Trailers(refusal));

    private static Status StatusOf(CallRefusal refusal) => new(
        refusal.Kind switch
        {
            RefusalKind.NotAuthenticated => StatusCode.Unauthenticated,
            RefusalKind.NotPermitted => StatusCode.PermissionDenied,
            RefusalKind.BadRequest => StatusCode.InvalidArgument,
            RefusalKind.NotFound => StatusCode.NotFound,
            RefusalKind.TooOften => StatusCode.ResourceExhausted,
            _ => throw new InvalidOperationException($"Refusal kind {refusal.Kind} has no status."),
        },
        refusal.Reason);

    private static Metadata Trailers(CallRefusal refusal)
    {
        var trailers = new Metadata();
        if (refusal.Code != RefusalReason.Unspecified)
            trailers.Add(ReasonTrailer, ((int)refusal.Code).ToString(CultureInfo.InvariantCulture));
        if (refusal.RetryAfter > TimeSpan.Zero)
            trailers.Add(WaitTrailer, Math.Ceiling(refusal.RetryAfter.TotalMilliseconds).ToString("0", CultureInfo.InvariantCulture));
        return trailers;
    }
}
