using System.CommandLine;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>The whole change of a role's keys in one step, where central holds the root keys: on a bench.</summary>
internal static class KeysRotateCommand
{
    public static Command Build()
    {
        var role = new Option<string>("--role") { Description = "The role whose keys are replaced, all of them.", Required = true, HelpName = "ROLE" };
        role.AcceptOnlyFromAmong([.. SigningRoles.All.ToArray().Select(KeyFile.Word)]);
        var command = new Command(
            "rotate", "Replace all keys of a role by fresh ones in central's folder, sign the root and publish it. For a bench, where central holds the root keys.")
        {
            role,
        };
        command.SetAction((parsed, stop) => RunAsync(parsed, KeysCommands.RoleOf(parsed.GetValue(role)!), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, SigningRole role, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var keys = session.Get<SiteKeys>();
        var folder = session.Get<DataFolder>();
        if (keys.KeysOf(SigningRole.Root).Length < keys.Root.Trust.Find(SigningRole.Root)!.Threshold)
            throw new CentralFault("People hold the root keys of this site: draft the root with keys root draft and have them sign it.");
        var old = keys.Root.Trust.Find(role)!.PublicKeys.Select(static spki => KeyId.Of(spki.Span)).ToArray();
        var fresh = old.Select(_ => BenchCeremony.Make(folder, role)).ToArray();
        var draft = RootDraft.Next(
            keys.Root, new RootChanges { Replace = [.. old.Zip(fresh, static (id, key) => (id, key.Spki))] }, TimeProvider.System.GetUtcNow());
        var file = SigningFile.Of(draft.Encode(), keys.Roots[^1]);
        var signers = keys.KeptKeys.Concat(fresh).Where(key => file.RoleOf(key.Id) is not null);
        var signed = file.With(signers.Select(key => key.SignRelease(file.ToSign.Metadata)));
        try
        {
            await KeysRootCommands.PublishAsync(parsed, session, signed.ToSign, mayStrand: false, cancellationToken);
        }
        catch (CentralFault)
        {
            Remove(folder, fresh.Select(static key => key.Id));
            throw;
        }

        // What the root no longer names signs nothing any more; it lies in backups long enough.
        Remove(folder, old);
        return CentralCommandLine.Done;
    }

    private static void Remove(DataFolder folder, IEnumerable<KeyId> keys)
    {
        foreach (var id in keys)
            SigningKeyFolder.Remove(folder, id);
    }
}
