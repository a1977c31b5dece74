namespace EdgeCheckpoint.Releases;

/// <summary>
/// From one root to the next (The Update Framework 1.0.34 §5.3): the next root is signed by enough keys of the root before
/// it and by enough of its own, and versions go up one by one, so that nobody who lost a role can skip the step that took
/// it away.
/// </summary>
public static class RootChain
{
    /// <summary>A root on its own: enough of its own root keys signed it. Whether it is the right site, a pin must tell.</summary>
    public static Result<RootMetadata, ReleaseFailure> VerifyFirst(SignedMetadata root)
    {
        if (!RootMetadata.Parse(root.Metadata).TryGet(out var parsed, out var failure))
            return failure;
        return parsed.Trust.CheckSigners(SigningRole.Root, root.Metadata, root.ReleaseSignatures) is { } untrusted
            ? InRoot($"version {parsed.Version}: {untrusted.Reason}")
            : parsed;
    }

    /// <summary>The step after a trusted root.</summary>
    public static Result<RootMetadata, ReleaseFailure> VerifyNext(RootMetadata trusted, SignedMetadata next)
    {
        if (!RootMetadata.Parse(next.Metadata).TryGet(out var parsed, out var failure))
            return failure;
        if (parsed.Version != trusted.Version + 1)
            return InRoot($"version {parsed.Version} does not follow version {trusted.Version}");
        if (trusted.Trust.CheckSigners(SigningRole.Root, next.Metadata, next.ReleaseSignatures) is { } unknown)
            return InRoot($"version {parsed.Version}, by the keys of version {trusted.Version}: {unknown.Reason}");
        return parsed.Trust.CheckSigners(SigningRole.Root, next.Metadata, next.ReleaseSignatures) is { } unproven
            ? InRoot($"version {parsed.Version}, by its own keys: {unproven.Reason}")
            : parsed;
    }

    /// <summary>A whole chain from a root that is trusted because it lies where only its owner writes.</summary>
    /// <returns>Every root, oldest first.</returns>
    public static Result<IReadOnlyList<RootMetadata>, ReleaseFailure> Verify(IReadOnlyList<SignedMetadata> chain)
    {
        if (chain.Count == 0)
            return InRoot("there is no root");
        if (!VerifyFirst(chain[0]).TryGet(out var trusted, out var failure))
            return failure;
        var roots = new List<RootMetadata> { trusted };
        foreach (var step in chain.Skip(1))
        {
            if (!VerifyNext(trusted, step).TryGet(out trusted, out failure))
                return failure;
            roots.Add(trusted);
        }

        return roots;
    }

    private static ReleaseFailure InRoot(string reason) => new(ReleaseStage.Root, reason);
}
