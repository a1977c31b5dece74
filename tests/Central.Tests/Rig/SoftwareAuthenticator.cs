using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EdgeCheckpoint.Central.Tests.Rig;

/// <summary>
/// A passkey in memory, as a browser and an authenticator together make it (Web Authentication §6): ES256, no attestation, a
/// counter that rises. What an attacker would change can be changed.
/// </summary>
internal sealed class SoftwareAuthenticator : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HasCredential = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] CredentialId { get; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>Counter of the next answer.</summary>
    public uint Count { get; set; } = 1;

    public bool VerifiesUser { get; set; } = true;

    /// <summary>Sign something else than what was asked.</summary>
    public byte[]? OtherChallenge { get; set; }

    public byte[] PublicKey => CoseKey();

    /// <summary>Answers navigator.credentials.create.</summary>
    public string Create(string optionsJson, string origin)
    {
        var options = JsonNode.Parse(optionsJson)!;
        var attested = new List<byte>(new byte[16]);
        attested.AddRange([(byte)(CredentialId.Length >> 8), (byte)CredentialId.Length]);
        attested.AddRange(CredentialId);
        attested.AddRange(CoseKey());
        byte[] authenticatorData = [.. Head(options["rp"]!["id"]!.GetValue<string>(), HasCredential), .. attested];
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString(authenticatorData);
        attestation.WriteEndMap();
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Text(ClientData("webauthn.create", options, origin)),
            ["attestationObject"] = Text(attestation.Encode()),
            ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Answers navigator.credentials.get.</summary>
    /// <param name="user">Whose passkey it is.</param>
    public string Get(string optionsJson, string origin, string user)
    {
        var options = JsonNode.Parse(optionsJson)!;
        var clientData = ClientData("webauthn.get", options, origin);
        var authenticatorData = Head(options["rpId"]!.GetValue<string>(), 0);
        byte[] signed = [.. authenticatorData, .. SHA256.HashData(clientData)];
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Text(clientData),
            ["authenticatorData"] = Text(authenticatorData),
            ["signature"] = Text(_key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            ["userHandle"] = Text(Encoding.UTF8.GetBytes(user)),
        });
    }

    public void Dispose() => _key.Dispose();

    private string Credential(JsonObject response) => new JsonObject
    {
        ["id"] = Text(CredentialId),
        ["rawId"] = Text(CredentialId),
        ["type"] = "public-key",
        ["authenticatorAttachment"] = "platform",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    }.ToJsonString();

    private byte[] ClientData(string type, JsonNode options, string origin)
    {
        var challenge = OtherChallenge is { } other ? Text(other) : options["challenge"]!.GetValue<string>();
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["type"] = type,
            ["challenge"] = challenge,
            ["origin"] = origin,
            ["crossOrigin"] = false,
        }.ToJsonString());
    }

    private byte[] Head(string domain, byte more)
    {
        var head = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(domain)).CopyTo(head, 0);
        head[32] = (byte)(UserPresent | (VerifiesUser ? UserVerified : 0) | more);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(33), Count++);
        return head;
    }

    private byte[] CoseKey()
    {
        var point = _key.ExportParameters(false).Q;
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(5);
        writer.WriteInt32(1);
        writer.WriteInt32(2);
        writer.WriteInt32(3);
        writer.WriteInt32(-7);
        writer.WriteInt32(-1);
        writer.WriteInt32(1);
        writer.WriteInt32(-2);
        writer.WriteByteString(point.X!);
        writer.WriteInt32(-3);
        writer.WriteByteString(point.Y!);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
