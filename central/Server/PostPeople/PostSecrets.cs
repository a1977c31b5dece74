using System.Security.Cryptography;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.PostPeople;

/// <summary>
/// The post secrets of the appliances (<see cref="PostSecret"/>). Made when first needed, kept for the life of the enrolment;
/// the store has them wrapped to the record key, so that whoever has the store alone has none.
/// </summary>
internal sealed class PostSecrets(ICentralStore store, SiteKeys keys)
{
    /// <summary>Hands the halves of an appliance's secret to a function, and wipes them afterwards.</summary>
    public async Task<T> UseAsync<T>(string applianceId, Func<byte[], byte[], T> use, CancellationToken cancellationToken)
    {
        var context = PostSecret.HalfContext(applianceId);
        var kept = await store.PostPeople.GetOrAddHalvesAsync(applianceId, Fresh(context), cancellationToken);
        var device = KeyWrap.Unwrap(keys.RecordKey, kept.DeviceHalf, context).Value;
        var person = KeyWrap.Unwrap(keys.RecordKey, kept.PersonHalf, context).Value;
        try
        {
            return use(device, person);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(device);
            CryptographicOperations.ZeroMemory(person);
        }
    }

    private PostHalves Fresh(byte[] context)
    {
        return new PostHalves(Wrap(), Wrap());

        byte[] Wrap()
        {
            var half = RandomNumberGenerator.GetBytes(PostSecret.HalfLength);
            var wrapped = KeyWrap.Wrap(keys.RecordKey.PublicKeySpki.Span, half, context);
            CryptographicOperations.ZeroMemory(half);
            return wrapped;
        }
    }
}
