using System.Collections.Immutable;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>The keys of a role, and how many of them must sign.</summary>
/// <param name="Role">What they may sign.</param>
/// <param name="Threshold">At least 1, at most the number of keys.</param>
/// <param name="PublicKeys">SubjectPublicKeyInfo in DER, P-256.</param>
public sealed record TrustedRole(SigningRole Role, int Threshold, ImmutableArray<ReadOnlyMemory<byte>> PublicKeys);

/// <summary>
/// Whom a verified root trusts (<see cref="RootMetadata.Trust"/>): roles and their keys. The one verifier of every kind of
/// release, of root metadata and of signed time, at both ends.
/// </summary>
public sealed class ReleaseTrust(ImmutableArray<TrustedRole> roles)
{
    public ImmutableArray<TrustedRole> Roles { get; } = roles;

    /// <summary>
    /// Checks metadata before any of its content is believed: shape, kind, enough signatures by different keys of the role
    /// for that kind, that a suppression only removes, version, expiry.
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
        if (CheckSigners(SigningRoles.Of(kind), metadata.Span, signatures) is { } untrusted)
            return untrusted;
        if (kind == ReleaseKind.Suppression && !OnlyRemoves(parsed))
            return new ReleaseFailure(ReleaseStage.Trust, "a suppression may hold nothing but removals");
        if (parsed.Version < highestVersionSeen)
        {
            return new ReleaseFailure(
                ReleaseStage.Version, $"version {parsed.Version} is older than {highestVersionSeen}, which was seen before");
        }

        if (nowUnixMicroseconds is { } now && parsed.ExpiresAtUnixMicroseconds <= now)
            return new ReleaseFailure(ReleaseStage.Expiry, "the metadata has expired; central must renew it");
        return parsed;
    }

    /// <summary>True when a trusted timestamp key signed this statement.</summary>
    public bool IsSignedTime(TimeStatement statement, ReadOnlySpan<byte> signature) => IsTimestamped(statement.Encode(), signature);

    /// <summary>True when a trusted timestamp key signed these bytes.</summary>
    public bool IsTimestamped(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        foreach (var key in Find(SigningRole.Timestamp)?.PublicKeys ?? [])
        {
            if (Signatures.Verify(SignatureAlgorithm.EcdsaP256Sha256, key.Span, message, signature))
                return true;
        }

        return false;
    }

    /// <summary>The keys of a role; null when this trust does not name it.</summary>
    public TrustedRole? Find(SigningRole role) => Roles.FirstOrDefault(candidate => candidate.Role == role);

    /// <summary>How many different keys of the role have signed these bytes.</summary>
    public int CountSigners(SigningRole role, ReadOnlySpan<byte> message, IReadOnlyList<ReleaseSignature> signatures) =>
        FindSigners(role, message, signatures).Count;

    /// <summary>The keys of the role that have signed these bytes.</summary>
    public IReadOnlyCollection<KeyId> FindSigners(SigningRole role, ReadOnlySpan<byte> message, IReadOnlyList<ReleaseSignature> signatures)
    {
        var signers = new HashSet<KeyId>();
        foreach (var key in Find(role)?.PublicKeys ?? [])
        {
            // A key that a role names twice is still one signer.
            var keyId = KeyId.Of(key.Span);
            if (signers.Contains(keyId))
                continue;
            foreach (var signature in signatures)
            {
                if (signature.KeyId != keyId
                    || !Signatures.Verify(signature.Algorithm, key.Span, message, signature.Signature.Span))
                {
                    continue;
                }

                signers.Add(keyId);
                break;
            }
        }

        return signers;
    }

    /// <summary>True when these keys are enough for the role: what they signed together would be taken today.</summary>
    public bool AreEnough(SigningRole role, IEnumerable<KeyId> signers) =>
        Find(role) is { Threshold: >= 1 } trusted
        && trusted.PublicKeys.Select(static key => KeyId.Of(key.Span)).Intersect(signers).Count() >= trusted.Threshold;

    /// <summary>Null when enough keys of the role have signed; otherwise how many are missing.</summary>
    internal ReleaseFailure? CheckSigners(SigningRole role, ReadOnlySpan<byte> message, IReadOnlyList<ReleaseSignature> signatures)
    {
        if (Find(role) is not { } trusted)
            return new ReleaseFailure(ReleaseStage.Trust, $"no trusted {role} keys are known");
        if (trusted.Threshold < 1)
            return new ReleaseFailure(ReleaseStage.Trust, $"a threshold of {trusted.Threshold} would trust anybody");
        var signers = CountSigners(role, message, signatures);
        return signers >= trusted.Threshold
            ? null
            : new ReleaseFailure(
                ReleaseStage.Trust, $"{signers} of the {trusted.Threshold} required trusted signatures are there");
    }

    /// <summary>The name of the segment fixes what it can hold: identifiers of entries, never an entry.</summary>
    private static bool OnlyRemoves(ReleaseMetadata metadata) =>
        metadata.Segments is [{ Name: ReleaseMetadata.RemovalsSegment }];
}
