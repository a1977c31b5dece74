using System.Text.Json;

namespace EdgeCheckpoint.Acceptance;

/// <summary>Beside a report: who vouches for its bytes.</summary>
/// <param name="certificate">See <see cref="Certificate"/>.</param>
/// <param name="signature">See <see cref="Signature"/>.</param>
public sealed class AcceptanceSignature(byte[] certificate, byte[] signature)
{
    /// <summary>Ending of its file, after the report's name.</summary>
    public const string Ending = ".sig";

    /// <summary>The appliance's certificate, DER.</summary>
    public byte[] Certificate { get; } = certificate;

    /// <summary>ECDSA P-256 with SHA-256 over <see cref="Signed"/>, IEEE P1363 form.</summary>
    public byte[] Signature { get; } = signature;

    /// <summary>Keeps this signature from being one over anything else.</summary>
    private static ReadOnlySpan<byte> Context => "EdgeCheckpoint acceptance report v1\n"u8;

    /// <summary>What is signed for a report's bytes.</summary>
    public static byte[] Signed(ReadOnlySpan<byte> report) => [.. Context, .. report];

    /// <summary>As it is written: JSON, both values in base64.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, AcceptanceJson.Default.AcceptanceSignature);

    /// <summary>Reads a signature.</summary>
    /// <returns>Null for anything that is none.</returns>
    public static AcceptanceSignature? Parse(ReadOnlySpan<byte> bytes) => AcceptanceJson.Read(bytes, AcceptanceJson.Default.AcceptanceSignature);
}
