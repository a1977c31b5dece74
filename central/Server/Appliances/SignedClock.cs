using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Central's time, signed for one appliance.</summary>
internal sealed class SignedClock(SiteKeys keys, TimeProvider time)
{
    /// <param name="nonce">What the appliance asked with; empty on the doorbell.</param>
    public (long UnixMicroseconds, byte[] Signature, byte[] KeyId) Sign(string applianceId, ReadOnlyMemory<byte> nonce)
    {
        var now = Instant.ToMicroseconds(time.GetUtcNow());
        var key = keys.TimestampKey;
        return (now, key.Sign(new TimeStatement(applianceId, now, nonce).Encode()), key.Id.ToBytes());
    }
}
