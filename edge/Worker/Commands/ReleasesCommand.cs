using System.CommandLine;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint releases install</c>: lists, delistings, accounts and keys from a stick, where there is no link.</summary>
internal static class ReleasesCommand
{
    /// <summary>A bundle that is read for longer shows how far it is.</summary>
    private const long BytesPerLine = 64L * 1024 * 1024;

    internal static Command Create(Option<string> dataOption)
    {
        var file = new Argument<FileInfo>("file") { Description = "The bundle that 'central-checkpoint releases export-bundle' wrote." };
        var install = new Command(
            "install",
            "Takes a bundle of releases from a stick: lists, urgent delistings, accounts, new site keys, and the leases of this appliance. It is checked whole "
            + "before anything changes, by the same rules as what comes over the link; nothing older than what is here is taken. The running service takes it within "
            + "seconds, one that does not run at its next start; a list opens once somebody has signed in. Exit code: 0 handed over, 1 refused.")
        {
            file,
        };
        install.SetAction(result => Install(result.GetValue(dataOption)!, result.GetValue(file)!.FullName));
        return new Command("releases", "Lists and accounts without a link.") { install };
    }

    private static int Install(string dataPath, string path)
    {
        try
        {
            if (!Directory.Exists(dataPath))
                return Refuse($"There is no appliance at {dataPath}; give its folder with --data.");
            var data = new DataFolder(dataPath);
            var identity = ApplianceIdentity.Load(data);
            if (!BundleReleases.Open(path, SiteTrust.Load(data).Current, identity.ApplianceId).TryGet(out var bundle, out var problem))
                return Refuse($"{char.ToUpperInvariant(problem[0])}{problem[1..]}.");
            using (bundle)
            {
                if (!bundle.IsForThisAppliance)
                    return Refuse($"The bundle has no keys for this appliance, {identity.ApplianceId}; name it with --appliance when the bundle is made.");
                long told = 0;
                var damage = bundle.FindDamage(bytes =>
                {
                    if (bytes - told < BytesPerLine)
                        return;
                    told = bytes;
                    System.Console.Error.WriteLine($"{bytes / (1024 * 1024)} MB checked");
                });
                if (damage is not null)
                    return Refuse($"{path}: {damage}; copy it again, and take the stick out only when it is done.");
                foreach (var release in bundle.Releases)
                {
                    if (ReleaseMetadata.Parse(release.Metadata.Memory).TryGet(out var metadata, out _))
                        System.Console.Out.WriteLine($"{metadata.Kind} {metadata.Version}");
                }
            }

            BundleIntake.Lay(data, path);
            System.Console.Out.WriteLine("Handed over: the service takes it within seconds, or at its next start. The page shows the list's version.");
            return 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Refuse($"Nothing was changed: {fault.Message}");
        }
    }

    private static int Refuse(string sentence)
    {
        System.Console.Error.WriteLine(sentence);
        return 1;
    }
}
