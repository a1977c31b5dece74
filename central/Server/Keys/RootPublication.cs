using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>A root that is in force.</summary>
/// <param name="Changes">Against the root before it, in words.</param>
/// <param name="NeedsNewRelease">True when the newest watchlist was signed by keys that no longer count.</param>
internal sealed record PublishedRoot(RootMetadata Root, IReadOnlyList<string> Changes, bool NeedsNewRelease);

/// <summary>Puts a signed root into force: the appliances learn of it, and this server signs by it.</summary>
internal sealed class RootPublication(
    ICentralStore store, SiteKeys keys, DataFolder folder, StrandedAppliances stranded, Auditor auditor, TimeProvider time)
{
    /// <summary>
    /// 1. Verifies by the root in force and by its own keys, as an appliance will. 2. Makes sure that central can go on
    /// working under it. 3. Names the appliances it would strand. 4. Writes it, then the audit. 5. Takes it up.
    /// </summary>
    /// <param name="mayStrand">True to go on although appliances lose their way to central.</param>
    /// <exception cref="CentralFault">Why it is not published.</exception>
    public async Task<PublishedRoot> PublishAsync(
        SignedMetadata signed, bool mayStrand, string actor, CancellationToken cancellationToken)
    {
        // 1
        keys.Refresh(time.GetUtcNow());
        var before = keys.Root;
        if (!RootChain.VerifyNext(before, signed).TryGet(out var root, out var failure))
            throw new CentralFault($"The root is not published: {failure.Reason}.");

        // 2
        CheckOwnKeys(root);

        // 3
        if (!mayStrand)
            await stranded.RefuseAsync(before, root, cancellationToken);

        // 4
        var changes = SigningWords.Changes(before, root);
        RootFiles.Add(folder, signed, root.Version);
        await store.Audit.AppendAsync(
            auditor.Event(actor, AuditAction.RootPublished, $"root {root.Version}", $"pin {SigningWords.Pin(root)}; {string.Join("; ", changes)}"),
            cancellationToken);

        // 5
        keys.Refresh(time.GetUtcNow());
        return new PublishedRoot(root, changes, await NeedsNewReleaseAsync(root, cancellationToken));
    }

    private void CheckOwnKeys(RootMetadata root)
    {
        // A key that was taken in before any root named it must not become one that people should hold.
        var mine = keys.KeysOf(SigningRole.Root).Length > 0
            ? null
            : SigningKeyFolder.Read(folder).FirstOrDefault(key => root.RoleOf(key.Id) is { } role && role != SigningRole.Timestamp);
        if (mine is not null)
        {
            throw new CentralFault(
                $"The root is not published: it makes {mine.Id} a {KeyFile.Word(root.RoleOf(mine.Id)!.Value)} key, and that key lies in central's folder; "
                + "people hold such keys. Take it away with: central-checkpoint keys drop");
        }

        if (!SigningKeyFolder.Read(folder).Any(key => root.RoleOf(key.Id) == SigningRole.Timestamp))
        {
            throw new CentralFault(
                "The root is not published: central has no timestamp key that it names, and could not sign the time. Take the key in "
                + "first with: central-checkpoint keys keep");
        }

        if (!AuthorityFiles.Read(folder).Any(authority => root.CaCertificates.Any(der => der.Span.SequenceEqual(authority.Certificate.RawDataMemory.Span))))
            throw new CentralFault("The root is not published: central has the key of no authority that it names.");
        if (!root.RecordKeys[0].Span.SequenceEqual(keys.RecordKey.PublicKeySpki.Span))
            throw new CentralFault("The root is not published: new records would be sealed to a key that central does not have.");
    }

    private async Task<bool> NeedsNewReleaseAsync(RootMetadata root, CancellationToken cancellationToken) =>
        await store.Releases.FindNewestAsync(ReleaseKind.Watchlist, cancellationToken) is { } newest
        && !root.Trust.Verify(newest.Metadata, newest.Signatures, ReleaseKind.Watchlist, 0, null).IsSuccess;
}
