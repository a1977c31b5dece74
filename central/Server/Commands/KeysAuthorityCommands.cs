using System.CommandLine;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Changing the authority that certifies central and the appliances.</summary>
internal sealed class KeysAuthorityCommands
{
    private readonly Option<FileInfo> _out = new("--out") { Description = "The draft of the next root, to be signed.", Required = true, HelpName = "FILE" };

    private readonly Option<bool> _strand = KeysRootCommands.StrandOption();

    public Command Build()
    {
        var rotate = new Command(
            "rotate",
            """
            Make a new authority, have the old one certify it, and draft a root that names both.
              1. central-checkpoint keys ca rotate --out root-2.json
              2. two root holders sign it, and: central-checkpoint keys root publish root-2.json
                 From now on central shows a certificate of the new authority. Posts that were offline still find central
                 over the old one, and take the root when they come back.
              3. when every appliance has renewed its certificate, 90 days at the longest: keys ca retire
            """)
        {
            _out,
        };
        rotate.SetAction(RotateAsync);
        var retire = new Command(
            "retire",
            "Draft a root without the older authorities. Refused, with their names, while appliances would lose their way to central.")
        {
            _out, _strand,
        };
        retire.SetAction(RetireAsync);
        return new Command("ca", "The authority that certifies central and the appliances.") { rotate, retire };
    }

    private async Task<int> RotateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var keys = session.Get<SiteKeys>();
        var folder = session.Get<DataFolder>();
        var now = TimeProvider.System.GetUtcNow();

        // An authority that was made but never named by a root is taken up again instead of making one more.
        var newest = AuthorityFiles.Read(folder)[^1].Certificate.RawData;
        if (keys.Root.CaCertificates.Any(der => der.Span.SequenceEqual(newest)))
        {
            newest = AuthorityFiles.CreateNext(folder, keys.Root.SiteName, now);
            await session.Get<ICentralStore>().Audit.AppendAsync(
                session.Get<Auditor>().Event(CommonOptions.ActorOf(parsed), AuditAction.AuthorityMade, RootDraft.Fingerprint(newest)), cancellationToken);
        }

        var draft = RootDraft.Next(keys.Root, new RootChanges { AddAuthorities = [newest] }, now);
        await KeysRootCommands.WriteAsync(parsed, SigningFile.Of(draft.Encode(), keys.Roots[^1]), parsed.GetValue(_out)!);
        return CentralCommandLine.Done;
    }

    private async Task<int> RetireAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var keys = session.Get<SiteKeys>();
        if (keys.Root.CaCertificates is [_])
            throw new CentralFault("The root names one authority, so there is none to retire; make the next with: central-checkpoint keys ca rotate");
        var old = keys.Root.CaCertificates[..^1].Select(RootDraft.Fingerprint).ToArray();
        var draft = RootDraft.Next(keys.Root, new RootChanges { RemoveAuthorities = old }, TimeProvider.System.GetUtcNow());
        if (!parsed.GetValue(_strand))
            await session.Get<StrandedAppliances>().RefuseAsync(keys.Root, draft, cancellationToken);
        await KeysRootCommands.WriteAsync(parsed, SigningFile.Of(draft.Encode(), keys.Roots[^1]), parsed.GetValue(_out)!);
        return CentralCommandLine.Done;
    }
}
