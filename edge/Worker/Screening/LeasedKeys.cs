using System.Security.Cryptography;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>
/// Content keys of lists: taken out of their two wrappings, the device's and the people's, while their lease lasts, and wiped after use.
/// </summary>
internal sealed class LeasedKeys(IContentKeyStore keys, IDeviceKey deviceKey, PostKeyring keyring, ClockKeeper clock)
{
    /// <summary>Said while nobody has signed in since the start.</summary>
    internal const string Closed = "the list is closed until somebody signs in";

    /// <summary>Said once the lease of the content key has ended.</summary>
    internal const string LeaseEnded = "the lease of the list's key has ended: the list opens again after the next contact with central";

    /// <summary>A lease that is this much longer is written down; the card is spared the rest.</summary>
    private static readonly TimeSpan LeaseStep = TimeSpan.FromHours(12);

    /// <summary>True once the keys are open, so that an installed list can be opened.</summary>
    internal bool CanOpen => keyring.IsOpen;

    /// <summary>Hands out a content key for as long as the use of it takes.</summary>
    internal Result<T, ReleaseFailure> Use<T>(Guid releaseId, Func<byte[], Result<T, ReleaseFailure>> use)
        where T : notnull
    {
        if (keys.Find(releaseId) is not { } leased)
            return new ReleaseFailure(ReleaseStage.ContentKey, "the content key of the list is not on this appliance");
        if (End(releaseId))
            return new ReleaseFailure(ReleaseStage.ContentKey, LeaseEnded);
        if (!KeyWrap.Unwrap(deviceKey, leased.Wrapped.Span, SegmentSeal.KeyContext(releaseId)).TryGet(out var key, out var failure))
            return new ReleaseFailure(ReleaseStage.ContentKey, failure.Reason);
        try
        {
            return keyring.TryUncover(releaseId, key) ? use(key) : new ReleaseFailure(ReleaseStage.ContentKey, Closed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Takes a longer lease.</summary>
    /// <exception cref="IOException">The card cannot be written; the old lease stays.</exception>
    internal void Renew(Guid releaseId, ReadOnlyMemory<byte> wrapped, DateTimeOffset expiresAt)
    {
        if (keys.Find(releaseId) is not { } leased || leased.LeaseExpiresAt + LeaseStep <= expiresAt)
            keys.Keep(releaseId, new LeasedContentKey(wrapped, expiresAt));
    }

    /// <summary>
    /// Destroys the content key of a release whose lease has ended, by a clock that is trusted: a clock that is set back later
    /// does not bring it back. A doubtful clock ends nothing.
    /// </summary>
    /// <returns>True when it has ended.</returns>
    internal bool End(Guid releaseId)
    {
        if (Left(releaseId) is not { } left || left > TimeSpan.Zero)
            return false;
        try
        {
            keys.Destroy(releaseId);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A card that cannot be written keeps the file; what has ended has ended, and the next look tries again.
        }

        return true;
    }

    /// <summary>How long the key of a release may still be used; null when there is none, or the clock does not tell.</summary>
    internal TimeSpan? Left(Guid releaseId) =>
        clock.Read().Trusted is { } now && keys.Find(releaseId) is { } leased ? leased.LeaseExpiresAt - now : null;

    /// <summary>The keys of releases that are no longer on the card open nothing any more.</summary>
    internal void Destroy(IEnumerable<Guid> releases)
    {
        foreach (var release in releases)
            keys.Destroy(release);
    }
}
