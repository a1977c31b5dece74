using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Where roots, releases and their segments come from: central, or a bundle on a stick. Both answer the same questions, and what they
/// answer goes through the same checks.
/// </summary>
internal interface IReleaseSource
{
    /// <summary>True for central: what it says is newest must be so now. A stick may have been on its way for days; the age of the list tells.</summary>
    bool IsLive { get; }

    Task<Result<GetRootResponse, string>> GetRootAsync(GetRootRequest request, CancellationToken cancellationToken);

    Task<Result<GetReleaseResponse, string>> GetReleaseAsync(GetReleaseRequest request, CancellationToken cancellationToken);

    Task<Result<ReadSegmentResponse, string>> ReadSegmentAsync(ReadSegmentRequest request, CancellationToken cancellationToken);

    Task<Result<ReadReleaseLogResponse, string>> ReadReleaseLogAsync(ReadReleaseLogRequest request, CancellationToken cancellationToken);
}

/// <summary>Why something that a source answered, or did not answer, was not taken.</summary>
/// <param name="Detail">In words.</param>
/// <param name="Failure">What was refused; null when the source itself failed.</param>
internal sealed record ReleaseTrouble(string Detail, ReleaseFailure? Failure)
{
    internal static ReleaseTrouble Of(ReleaseFailure failure) => new(failure.Reason, failure);
}

/// <summary>Central, over the link.</summary>
internal sealed class CentralReleases(CentralLink link) : IReleaseSource
{
    public bool IsLive => true;

    public Task<Result<GetRootResponse, string>> GetRootAsync(GetRootRequest request, CancellationToken cancellationToken) =>
        link.CallAsync(
            async (channel, token) => await new ReleaseService.ReleaseServiceClient(channel).GetRootAsync(request, cancellationToken: token), cancellationToken);

    public Task<Result<GetReleaseResponse, string>> GetReleaseAsync(GetReleaseRequest request, CancellationToken cancellationToken) =>
        link.CallAsync(
            async (channel, token) => await new ReleaseService.ReleaseServiceClient(channel).GetReleaseAsync(request, cancellationToken: token), cancellationToken);

    public Task<Result<ReadSegmentResponse, string>> ReadSegmentAsync(ReadSegmentRequest request, CancellationToken cancellationToken) =>
        link.CallAsync(
            async (channel, token) => await new ReleaseService.ReleaseServiceClient(channel).ReadSegmentAsync(request, cancellationToken: token),
            cancellationToken,
            new CallNeeds((int)request.LengthBytesMax));

    public Task<Result<ReadReleaseLogResponse, string>> ReadReleaseLogAsync(ReadReleaseLogRequest request, CancellationToken cancellationToken) =>
        link.CallAsync(
            async (channel, token) => await new ReleaseService.ReleaseServiceClient(channel).ReadReleaseLogAsync(request, cancellationToken: token), cancellationToken);
}
