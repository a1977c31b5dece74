using System.Security.Cryptography;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Audit;

/// <summary>
/// The hash chain of the audit: each value covers the one before and the whole line, so that a line can neither be
/// changed nor taken out of the middle without every later value failing. Cutting off the end is found by an end that was
/// written down elsewhere (<see cref="AuditVerification"/>).
/// </summary>
internal static class AuditChain
{
    /// <summary>The value before the first line.</summary>
    public static byte[] Genesis { get; } = SHA256.HashData("EdgeCheckpoint central audit v1"u8);

    /// <summary>The value after a line.</summary>
    public static byte[] Next(ReadOnlySpan<byte> previous, long sequence, AuditEvent line)
    {
        var bytes = new CanonicalWriter("ECA\u0001"u8)
            .Bytes(1, previous)
            .Int64(2, sequence)
            .Int64(3, Instant.ToMicroseconds(line.At))
            .Text(4, line.Actor)
            .Text(5, line.Action)
            .Text(6, line.Subject)
            .Text(7, line.Detail)
            .Text(8, line.Purpose)
            .Text(9, line.CaseReference)
            .ToArray();
        return SHA256.HashData(bytes);
    }
}
