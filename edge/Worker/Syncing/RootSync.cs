using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Follows the site's roots: asks for the steps after the newest one it trusts and takes each in turn, until central has
/// no more. An appliance that slept through several changes of keys walks through all of them.
/// </summary>
internal sealed class RootSync(SiteTrust trust, ClockKeeper clock, ILogger<RootSync> logger)
{
    private bool _hasWarned;

    /// <summary>Takes every step there is.</summary>
    /// <returns>The newest root, or why it is not trusted yet. What was taken before stays taken.</returns>
    internal async Task<Result<RootMetadata, ReleaseTrouble>> UpdateAsync(IReleaseSource source, CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = trust.Current;
            var asked = await source.GetRootAsync(new GetRootRequest { AfterVersion = known.Version }, cancellationToken);
            if (!asked.TryGet(out var answer, out var linkTrouble))
                return new ReleaseTrouble(linkTrouble, null);
            if (answer.Steps.Count == 0)
            {
                WarnWhenExpired(known);
                return known;
            }

            foreach (var step in answer.Steps)
            {
                if (!trust.Accept(WireReleases.Signed(step.Metadata, step.Signatures)).TryGet(out var root, out var failure))
                    return ReleaseTrouble.Of(failure);
                logger.RootAccepted(root.Version);
                _hasWarned = false;
            }
        }
    }

    /// <summary>Only a clock that is trusted expires anything, and even then work goes on.</summary>
    private void WarnWhenExpired(RootMetadata root)
    {
        if (_hasWarned || clock.Read().Trusted is not { } now || root.ExpiresAtUnixMicroseconds > ClockReading.ToUnixMicroseconds(now))
            return;
        _hasWarned = true;
        logger.RootExpired(root.Version);
    }
}
