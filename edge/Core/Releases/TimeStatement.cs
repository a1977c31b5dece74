using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>
/// Central's time, signed by its timestamp key for one appliance. Only this raises the appliance's time floor
/// (DESIGN §6); the nonce keeps an old statement from being played again.
/// </summary>
/// <param name="ApplianceId">The appliance it is meant for.</param>
/// <param name="UnixMicroseconds">Microseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Nonce">What the appliance asked with; empty on the doorbell, where time only hints.</param>
public sealed record TimeStatement(string ApplianceId, long UnixMicroseconds, ReadOnlyMemory<byte> Nonce)
{
    /// <summary>Canonical bytes that are signed (format mark "ECT" 1).</summary>
    public byte[] Encode() =>
        new CanonicalWriter("ECT\u0001"u8)
            .Text(1, ApplianceId)
            .Int64(2, UnixMicroseconds)
            .Bytes(3, Nonce.Span)
            .ToArray();
}
