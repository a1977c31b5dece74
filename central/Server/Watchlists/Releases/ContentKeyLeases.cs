using System.Security.Cryptography;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Leases the content key of a list to an appliance, over the link or on a stick.</summary>
internal sealed class ContentKeyLeases(ICentralStore store, SiteKeys keys, PostSecrets secrets)
{
    /// <summary>Usual life of a lease (DESIGN §7).</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(14);

    /// <summary>The end that is written down is later than the true one by at most this: never earlier.</summary>
    private static readonly TimeSpan NoteStep = TimeSpan.FromHours(6);

    /// <summary>Life of the leases of an appliance: what was agreed for its post, else the usual; never more than a bundle may bring.</summary>
    public async Task<TimeSpan> LifeOfAsync(Appliance appliance, CancellationToken cancellationToken) =>
        await store.Posts.FindLeaseAsync(appliance.PostName, cancellationToken) is { } agreed
            ? TimeSpan.FromDays(Math.Clamp(agreed.Days, 1, BundleHead.LeaseMax.Days))
            : Life;

    /// <summary>Takes the content key out of central's wrapping, covers it for the people of the post, and wraps it to the appliance.</summary>
    public Task<byte[]> WrapAsync(Release release, Appliance appliance, CancellationToken cancellationToken) =>
        secrets.UseAsync(appliance.ApplianceId, (device, person) => Wrap(release, appliance, device, person), cancellationToken);

    /// <summary>Remembered for the day the appliance is lost; written when it is longer by hours, to spare the disk.</summary>
    public async Task NoteAsync(Appliance appliance, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (appliance.LeasedUntil is not { } known || known < until)
            await store.Appliances.NoteLeaseAsync(appliance.ApplianceId, until + NoteStep, cancellationToken);
    }

    private byte[] Wrap(Release release, Appliance appliance, byte[] deviceHalf, byte[] personHalf)
    {
        var context = SegmentSeal.KeyContext(release.ReleaseId);
        var contentKey = KeyWrap.Unwrap(keys.RecordKey, release.WrappedContentKey, context).Value;
        try
        {
            using var secret = new PostSecret(deviceHalf, personHalf, appliance.ApplianceId);
            secret.Cover(release.ReleaseId, contentKey);
            return KeyWrap.Wrap(appliance.StorageSpki, contentKey, context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }
}
