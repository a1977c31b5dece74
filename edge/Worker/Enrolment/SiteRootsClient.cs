using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Syncing;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// Makes a whole ticket of a typed code: asks whoever answers at the address for the site's roots, and believes them only when the
/// first fits the pin in the code. The ticket's secret is not told to anybody before.
/// </summary>
internal sealed class SiteRootsClient(TimeProvider time)
{
    /// <summary>A site changes its root a few times a year; more in a ticket's three days is somebody's game.</summary>
    private const int RootsMax = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>The ticket, or one sentence that names the thing and the remedy.</returns>
    internal async Task<Result<JoinTicket, string>> CompleteAsync(JoinTicketCode code, string address, CancellationToken cancellationToken) =>
        (await FetchAsync(code.RootPin, address, cancellationToken)).TryGet(out var roots, out var problem) ? code.ToTicket(roots, address) : problem;

    /// <summary>The root that is pinned and those after it, as whoever answers has them; believed by nobody yet.</summary>
    internal async Task<Result<IReadOnlyList<SignedMetadata>, string>> FetchAsync(
        ReadOnlyMemory<byte> pin, string address, CancellationToken cancellationToken)
    {
        using var channel = CentralChannel.OpenForPublicRoots(address);
        var client = new EnrolmentService.EnrolmentServiceClient(channel);
        var roots = new List<SignedMetadata>();
        var request = new GetSiteRootsRequest { RootPin = ByteString.CopyFrom(pin.Span) };

        // Not a deadline of the wall clock, which may be wrong before the first contact.
        using var patience = new CancellationTokenSource(Patience, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            while (true)
            {
                var answer = await client.GetSiteRootsAsync(request, cancellationToken: ending.Token);
                if (answer.Steps.Count == 0)
                    break;
                roots.AddRange(answer.Steps.Select(static step => WireReleases.Signed(step.Metadata, step.Signatures)));
                if (roots.Count > RootsMax || !RootMetadata.Parse(roots[^1].Metadata).TryGet(out var newest, out _))
                    return $"What {address} answers is not a site's roots. Check the address, and ask who answers there.";
                request.AfterVersion = newest.Version;
            }
        }
        catch (RpcException fault)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return fault.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled
                ? $"Central at {address} does not answer ({fault.Status.Detail}). Check the link and the address on the ticket."
                : $"Central at {address} refused: {fault.Status.Detail}.";
        }

        return roots;
    }
}
