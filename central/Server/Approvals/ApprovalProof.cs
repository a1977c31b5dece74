using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Approvals;

/// <summary>The parts of a passkey's answer (Web Authentication §5.8.1, §6.1).</summary>
internal sealed record PasskeyAnswer(byte[] CredentialId, byte[] ClientData, byte[] AuthenticatorData, byte[] Signature)
{
    private const int AuthenticatorDataLengthMin = 37;
    private const int CountOffset = 33;
    private const int FlagsOffset = 32;
    private const byte IsBackedUpFlag = 0x10;

    /// <summary>The counter; 0 for an authenticator without one.</summary>
    public uint SignCount => BinaryPrimitives.ReadUInt32BigEndian(AuthenticatorData.AsSpan(CountOffset));

    public bool IsBackedUp => (AuthenticatorData[FlagsOffset] & IsBackedUpFlag) != 0;

    /// <summary>Reads what a browser sends: PublicKeyCredential.toJSON(). Null when it is not that.</summary>
    public static PasskeyAnswer? Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            var response = document.RootElement.GetProperty("response");
            var answer = new PasskeyAnswer(
                Bytes(document.RootElement, "rawId"), Bytes(response, "clientDataJSON"), Bytes(response, "authenticatorData"), Bytes(response, "signature"));
            return answer.AuthenticatorData.Length >= AuthenticatorDataLengthMin ? answer : null;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Bytes(JsonElement element, string name) => Base64Url.DecodeFromChars(element.GetProperty(name).GetString());
}

/// <summary>
/// Verifies that a passkey said yes to one proposal: the same check when the yes is given and years later. Needs nothing
/// but what is stored, so that an auditor can repeat it.
/// </summary>
internal static class ApprovalProof
{
    private const int FlagsOffset = 32;
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;

    /// <summary>What the passkey signs over: it says yes to this kind and content, in this proposal, and to nothing else.</summary>
    public static byte[] Challenge(ApprovalKind kind, ReadOnlySpan<byte> contentHash, ReadOnlySpan<byte> nonce) =>
        SHA256.HashData(new CanonicalWriter("ECV\u0001"u8).Byte(1, (byte)kind).Bytes(2, contentHash).Bytes(3, nonce).ToArray());

    /// <summary>Verifies (Web Authentication §7.2, steps 11 to 21): type, challenge, origin, person, signature.</summary>
    /// <param name="publicKey">COSE key.</param>
    /// <param name="origin">Where it must have been given; null when any secure place will do, since sites move.</param>
    /// <returns>Null when it is a yes, or why not.</returns>
    public static string? Verify(
        ReadOnlySpan<byte> publicKey, byte[] challenge, byte[] clientData, byte[] authenticatorData, byte[] signature, string? origin)
    {
        if (ClientDataFault(clientData, challenge, origin, out var host) is { } fault)
            return fault;
        if (authenticatorData.Length <= FlagsOffset || !authenticatorData.AsSpan(0, SHA256.HashSizeInBytes).SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(host))))
            return "it belongs to another site";
        if ((authenticatorData[FlagsOffset] & (UserPresent | UserVerified)) != (UserPresent | UserVerified))
            return "the person was not verified";
        using var key = ReadKey(publicKey);
        byte[] signed = [.. authenticatorData, .. SHA256.HashData(clientData)];
        return key is not null && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? null
            : "the signature is wrong";
    }

    private static string? ClientDataFault(byte[] clientData, byte[] challenge, string? origin, out string host)
    {
        host = "";
        try
        {
            using var document = JsonDocument.Parse(clientData);
            var root = document.RootElement;
            if (root.GetProperty("type").GetString() != "webauthn.get")
                return "it is no answer to a question";
            if (!CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(root.GetProperty("challenge").GetString()), challenge))
                return "it says yes to something else";
            var given = root.GetProperty("origin").GetString();
            if (root.TryGetProperty("crossOrigin", out var cross) && cross.ValueKind == JsonValueKind.True)
                return "it was given inside another site's page";
            if ((origin is not null && given != origin) || !Uri.TryCreate(given, UriKind.Absolute, out var place))
                return "it was given under another address";
            host = place.IdnHost;
            return null;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return "it cannot be read";
        }
    }

    /// <summary>Reads an ES256 key (RFC 9052 §7, RFC 9053 §7.1.1); null for anything else.</summary>
    private static ECDsa? ReadKey(ReadOnlySpan<byte> cose)
    {
        try
        {
            var reader = new CborReader(cose.ToArray(), CborConformanceMode.Ctap2Canonical);
            var parts = new Dictionary<long, object>();
            for (var left = reader.ReadStartMap() ?? 0; left > 0; left--)
                parts[reader.ReadInt64()] = reader.PeekState() == CborReaderState.ByteString ? reader.ReadByteString() : reader.ReadInt64();
            reader.ReadEndMap();
            if (parts.GetValueOrDefault(1) is not 2L || parts.GetValueOrDefault(3) is not -7L || parts.GetValueOrDefault(-1) is not 1L
                || parts.GetValueOrDefault(-2) is not byte[] x || parts.GetValueOrDefault(-3) is not byte[] y)
            {
                return null;
            }

            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or CryptographicException or OverflowException)
        {
            return null;
        }
    }
}
