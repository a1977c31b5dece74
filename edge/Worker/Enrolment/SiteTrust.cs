using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// Whom this appliance trusts: the root of its join ticket and every root accepted since, on the card as they were signed.
/// The chain is verified again at each start. Safe for parallel use; readers take <see cref="Current"/> once.
/// </summary>
internal sealed class SiteTrust
{
    private const string FileName = "roots.json";

    private readonly string _path;
    private readonly Lock _gate = new();
    private volatile Snapshot _snapshot;

    private SiteTrust(string path, Snapshot snapshot) => (_path, _snapshot) = (path, snapshot);

    /// <summary>The newest root.</summary>
    internal RootMetadata Current => _snapshot.Accepted[^1];

    /// <summary>Every root accepted so far, oldest first.</summary>
    internal ImmutableArray<RootMetadata> Accepted => _snapshot.Accepted;

    /// <summary>Begins anew with the root of a ticket that has been read.</summary>
    internal static void Begin(DataFolder data, SignedMetadata root) => Write(PathIn(data), [root]);

    /// <summary>Reads and verifies the chain.</summary>
    /// <exception cref="InvalidDataException">It is missing, damaged, or does not verify.</exception>
    internal static SiteTrust Load(DataFolder data)
    {
        var path = PathIn(data);
        try
        {
            var signed = JsonSerializer.Deserialize(DataFolder.ReadPrivate(path), SiteTrustJson.Default.ImmutableArraySignedMetadata);
            if (signed.IsDefault || signed.Contains(null!))
                throw new InvalidDataException($"{path} is empty; enrol the appliance again.");
            if (!RootChain.Verify(signed).TryGet(out var accepted, out var failure))
                throw new InvalidDataException($"{path} cannot be trusted ({failure.Reason}); enrol the appliance again.");
            return new SiteTrust(path, new Snapshot(signed, [.. accepted]));
        }
        catch (FileNotFoundException)
        {
            throw new InvalidDataException($"{path} is missing: this appliance does not know whom to trust. Enrol it again.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path} is damaged at line {fault.LineNumber + 1}; enrol the appliance again.", fault);
        }
    }

    /// <summary>Takes the next root: verifies it against the newest, writes the chain, then trusts it.</summary>
    /// <exception cref="IOException">The card cannot be written; the root in use stays.</exception>
    internal Result<RootMetadata, ReleaseFailure> Accept(SignedMetadata next)
    {
        lock (_gate)
        {
            var verified = RootChain.VerifyNext(Current, next);
            if (!verified.TryGet(out var root, out _))
                return verified;
            var signed = _snapshot.Signed.Add(next);
            Write(_path, signed);
            _snapshot = new Snapshot(signed, _snapshot.Accepted.Add(root));
            return verified;
        }
    }

    /// <summary>Verifies a release that central offers: by the newest root alone.</summary>
    /// <param name="highestVersion">The highest version of the kind ever installed; 0 for none.</param>
    /// <param name="now">Microseconds since 1970; null when the clock is doubtful, which expires nothing.</param>
    internal Result<ReleaseMetadata, ReleaseFailure> VerifyOffered(SignedMetadata release, ReleaseKind kind, ulong highestVersion, long? now) =>
        Current.Trust.Verify(release.Metadata, release.ReleaseSignatures, kind, highestVersion, now);

    /// <summary>
    /// Verifies a release that is installed. The metadata's expiry is not looked at, and keys count that were trusted when it
    /// was installed: neither an old release nor a change of keys stops work (guardrail 12).
    /// </summary>
    internal Result<ReleaseMetadata, ReleaseFailure> VerifyInstalled(SignedMetadata release, ReleaseKind kind)
    {
        var accepted = Accepted;
        var verified = accepted[^1].Trust.Verify(release.Metadata, release.ReleaseSignatures, kind, 0, null);
        for (var i = accepted.Length - 2; i >= 0 && !verified.IsSuccess; i--)
            verified = accepted[i].Trust.Verify(release.Metadata, release.ReleaseSignatures, kind, 0, null);
        return verified;
    }

    /// <summary>True when a key was taken from the role of a kind between a root and the newest: what it signed alone may bind nobody any more.</summary>
    /// <param name="sinceVersion">Version of the earlier root; one that was never accepted has lost none.</param>
    internal bool HasLostKeys(ReleaseKind kind, ulong sinceVersion)
    {
        var accepted = Accepted;
        var role = SigningRoles.Of(kind);
        return accepted.FirstOrDefault(root => root.Version == sinceVersion)?.Trust.Find(role) is { } before
            && before.PublicKeys.Any(key => accepted[^1].RoleOf(KeyId.Of(key.Span)) != role);
    }

    private static void Write(string path, ImmutableArray<SignedMetadata> chain) =>
        DataFolder.Write(path, JsonSerializer.SerializeToUtf8Bytes(chain, SiteTrustJson.Default.ImmutableArraySignedMetadata));

    private static string PathIn(DataFolder data) => Path.Combine(data.Identity, FileName);

    private sealed record Snapshot(ImmutableArray<SignedMetadata> Signed, ImmutableArray<RootMetadata> Accepted);
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ImmutableArray<SignedMetadata>))]
internal sealed partial class SiteTrustJson : JsonSerializerContext;
