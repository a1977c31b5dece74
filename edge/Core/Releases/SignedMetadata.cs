using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>A signature over release metadata or another signed statement.</summary>
public sealed record ReleaseSignature(KeyId KeyId, SignatureAlgorithm Algorithm, ReadOnlyMemory<byte> Signature);

/// <summary>
/// Metadata and its signatures as they stand in files: of a release beside its sealed segment, of a root in a ticket, on
/// the appliance and in central's folder. Says nothing about trust.
/// </summary>
public sealed class SignedMetadata
{
    /// <summary>Most signatures that are read: more keys than any role has.</summary>
    public const int SignaturesMax = 32;

    /// <summary>Canonical bytes, exactly as signed.</summary>
    public required byte[] Metadata { get; init; }

    public required ImmutableArray<StoredSignature> Signatures { get; init; }

    /// <summary>The signatures in the form the verifier takes; one with an impossible key id is left out.</summary>
    [JsonIgnore]
    public ImmutableArray<ReleaseSignature> ReleaseSignatures =>
        [.. Signatures
            .Take(SignaturesMax)
            .Where(static signature => signature is { KeyId.Length: KeyId.Length })
            .Select(static signature =>
            {
                KeyId.TryRead(signature.KeyId, out var id);
                return new ReleaseSignature(id, (SignatureAlgorithm)signature.Algorithm, signature.Value);
            })];

    /// <summary>Puts bytes and signatures together.</summary>
    public static SignedMetadata From(ReadOnlySpan<byte> metadata, IEnumerable<ReleaseSignature> signatures) => new()
    {
        Metadata = metadata.ToArray(),
        Signatures = [.. signatures.Select(static signature => new StoredSignature
        {
            KeyId = signature.KeyId.ToBytes(),
            Algorithm = (byte)signature.Algorithm,
            Value = signature.Signature.ToArray(),
        })],
    };
}

/// <summary>A signature in a file.</summary>
public sealed class StoredSignature
{
    /// <summary>Eight bytes (<see cref="Records.KeyId"/>).</summary>
    public required byte[] KeyId { get; init; }

    /// <summary>Number of the algorithm (<see cref="SignatureAlgorithm"/>).</summary>
    public required byte Algorithm { get; init; }

    public required byte[] Value { get; init; }
}
