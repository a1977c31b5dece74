using System.Collections.Immutable;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>A signature over release metadata or another signed statement.</summary>
public sealed record ReleaseSignature(KeyId KeyId, SignatureAlgorithm Algorithm, ReadOnlyMemory<byte> Signature);

/// <summary>The keys that may sign one kind of release, and how many of them must.</summary>
/// <param name="Kind">The kind of release.</param>
/// <param name="Threshold">At least 1, at most the number of keys.</param>
/// <param name="PublicKeys">SubjectPublicKeyInfo in DER, P-256.</param>
public sealed record TrustedRole(ReleaseKind Kind, int Threshold, ImmutableArray<ReadOnlyMemory<byte>> PublicKeys);

/// <summary>
/// What an appliance trusts, fixed at enrolment by the join ticket: roles by release kind. The one verifier of every
/// release kind, at both ends.
/// </summary>
public sealed class ReleaseTrust(ImmutableArray<TrustedRole> roles)
{
    public ImmutableArray<TrustedRole> Roles { get; } = roles;

    /// <summary>
    /// Checks metadata before any of its content is believed: shape, kind, enough signatures by different trusted keys,
    /// version, expiry.
    /// </summary>
    /// <param name="metadata">Canonical bytes as received.</param>
    /// <param name="signatures">Signatures as received; foreign and repeated ones do not count.</param>
    /// <param name="kind">The kind that was asked for.</param>
    /// <param name="highestVersionSeen">The highest version this device has ever installed; 0 for none.</param>
    /// <param name="nowUnixMicroseconds">The clock; null when it is doubtful, since a doubtful clock expires nothing.</param>
    public Result<ReleaseMetadata, ReleaseFailure> Verify(
        ReadOnlyMemory<byte> metadata,
        IReadOnlyList<ReleaseSignature> signatures,
        ReleaseKind kind,
        ulong highestVersionSeen,
        long? nowUnixMicroseconds)
    {
        if (!ReleaseMetadata.Parse(metadata).TryGet(out var parsed, out var failure))
            return failure;
        if (parsed.Kind != kind)
            return new ReleaseFailure(ReleaseStage.Metadata, $"this is a {parsed.Kind} release, asked for was {kind}");
        var role = Roles.FirstOrDefault(candidate => candidate.Kind == kind);
        if (role is null)
            return new ReleaseFailure(ReleaseStage.Trust, $"no trusted keys are known for {kind} releases");
        if (role.Threshold < 1)
            return new ReleaseFailure(ReleaseStage.Trust, $"a threshold of {role.Threshold} would trust anybody");
        var signers = CountSigners(role, metadata.Span, signatures);
        if (signers < role.Threshold)
        {
            return new ReleaseFailure(
                ReleaseStage.Trust, $"{signers} of the {role.Threshold} required trusted signatures are there");
        }

        if (parsed.Version < highestVersionSeen)
        {
            return new ReleaseFailure(
                ReleaseStage.Version, $"version {parsed.Version} is older than {highestVersionSeen}, which was seen before");
        }

        if (nowUnixMicroseconds is { } now && parsed.ExpiresAtUnixMicroseconds <= now)
            return new ReleaseFailure(ReleaseStage.Expiry, "the metadata has expired; central must renew it");
        return parsed;
    }

    private static int CountSigners(TrustedRole role, ReadOnlySpan<byte> message, IReadOnlyList<ReleaseSignature> signatures)
    {
        var signers = 0;
        var counted = new HashSet<KeyId>();
        foreach (var key in role.PublicKeys)
        {
            // A key that a role names twice is still one signer.
            var keyId = KeyId.Of(key.Span);
            if (!counted.Add(keyId))
                continue;
            foreach (var signature in signatures)
            {
                if (signature.KeyId != keyId
                    || !Signatures.Verify(signature.Algorithm, key.Span, message, signature.Signature.Span))
                {
                    continue;
                }

                signers++;
                break;
            }
        }

        return signers;
    }
}
