using System.Globalization;
using EdgeCheckpoint.Protos.V1;
using Grpc.Core;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>What central's refusals say to a program (protos, refusals.proto).</summary>
internal static class Refusals
{
    private const string ReasonTrailer = "checkpoint-refusal";
    private const string WaitTrailer = "grpc-retry-pushback-ms";

    /// <summary>No central asks for longer; a number beyond it is taken for this.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(15);

    /// <summary>Why central refused; unspecified when it did not, or did not say.</summary>
    internal static RefusalReason Of(Exception fault) =>
        fault is RpcException rpc
            && int.TryParse(rpc.Trailers.GetValue(ReasonTrailer), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Enum.IsDefined((RefusalReason)number)
            ? (RefusalReason)number
            : RefusalReason.Unspecified;

    /// <summary>How long central asks to wait; null when it does not.</summary>
    internal static TimeSpan? WaitOf(Exception fault) =>
        fault is RpcException { StatusCode: StatusCode.ResourceExhausted } rpc
            && long.TryParse(rpc.Trailers.GetValue(WaitTrailer), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, WaitMax.TotalMilliseconds))
            : null;
}
