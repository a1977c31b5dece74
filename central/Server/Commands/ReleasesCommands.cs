using System.CommandLine;
using System.Globalization;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>What was released, which posts have it, and how it is carried to posts without a link.</summary>
internal sealed class ReleasesCommands : ICommandPart
{
    private const int PageLength = 1_000;

    public Command Build() => new("releases", "What was released, which posts have it, and bundles for posts without a link.")
    {
        CreateLog(), CreatePosts(), CreateExport(), ReleasesLeaseCommand.Create(),
    };

    private static Command CreateLog()
    {
        var json = CommonOptions.Json();
        var log = new Command(
            "log",
            "Show the append-only log of releases and check that each line follows the one before and names a release that is here as it was signed. "
            + "Exit code: 0 whole, 1 not.")
        {
            json,
        };
        log.SetAction((parsed, cancellationToken) => LogAsync(parsed, parsed.GetValue(json), cancellationToken));
        return log;
    }

    private static Command CreatePosts()
    {
        var kind = new Option<string>("--kind")
        {
            Description = "watchlist, or suppression for urgent delistings.",
            DefaultValueFactory = static _ => "watchlist",
            HelpName = "watchlist|suppression",
        };
        kind.AcceptOnlyFromAmong("watchlist", "suppression");
        var version = new Option<long?>("--version") { Description = "The version in question; without it the newest.", HelpName = "N" };
        var json = CommonOptions.Json();
        var posts = new Command(
            "posts",
            "Show which posts have confirmed a release, or a later one, and which have not: whether a delisting has been applied everywhere. Names appliances that "
            + "have a release which this site never published. Exit code: 0 all that are active have it, 1 not all.")
        {
            kind, version, json,
        };
        posts.SetAction((parsed, cancellationToken) => PostsAsync(
            parsed,
            parsed.GetValue(kind) == "suppression" ? ReleaseKind.Suppression : ReleaseKind.Watchlist,
            parsed.GetValue(version),
            parsed.GetValue(json),
            cancellationToken));
        return posts;
    }

    private static Command CreateExport()
    {
        var appliances = new Option<string[]>("--appliance")
        {
            Description = "For this appliance; may be repeated.",
            HelpName = "ID",
        };
        var every = new Option<bool>("--every-appliance") { Description = "For every active appliance." };
        var days = ReleasesLeaseCommand.Days(
            "--lease-days",
            $"How long the appliances may use the lists before the next contact or stick, 1 to {BundleHead.LeaseMax.Days} days; without it what releases lease says of each post, or {ContentKeyLeases.Life.Days}.");
        var output = new Option<FileInfo>("--out") { Description = "The file to write.", Required = true, HelpName = "FILE" };
        var export = new Command(
            "export-bundle",
            "Write the newest lists, delistings, accounts and site keys into one file for a stick, with leases for the appliances named. At the post: "
            + "edge-checkpoint releases install FILE. Whoever finds the stick learns nothing: all in it is sealed or signed.")
        {
            appliances, every, days, output,
        };
        export.SetAction((parsed, cancellationToken) => ExportAsync(
            parsed, parsed.GetValue(appliances) ?? [], parsed.GetValue(every), parsed.GetValue(days), parsed.GetValue(output)!.FullName, cancellationToken));
        return export;
    }

    private static async Task<int> LogAsync(ParseResult parsed, bool isJson, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var check = await ReleaseLogCheck.RunAsync(session.Get<ICentralStore>(), PageLength, cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        if (isJson)
        {
            await output.WriteLineAsync(Json.Write(new ReleaseLogJson(
                (long)check.Head.Size, Convert.ToHexStringLower(check.Head.Hash.Span), check.Problem,
                [.. check.Lines.Select(static line => new ReleaseLogLineJson(
                    (long)line.Sequence, line.Kind.ToString(), (long)line.Version, line.ReleaseId, Instant.FromMicroseconds(line.PublishedAtUnixMicroseconds)))])));
        }
        else
        {
            foreach (var line in check.Lines)
            {
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{line.Sequence,6}  {Instant.FromMicroseconds(line.PublishedAtUnixMicroseconds):yyyy-MM-dd HH:mm}Z  {line.Kind,-11} {line.Version,6}  {line.ReleaseId}"));
            }

            await output.WriteLineAsync(check.Problem is null
                ? $"The log is whole: {check.Head.Size} lines, head {Convert.ToHexStringLower(check.Head.Hash.Span)}."
                : $"The log is NOT whole: {check.Problem}. Posts will refuse what is newest; restore the database from a backup.");
        }

        return check.Problem is null ? CentralCommandLine.Done : CentralCommandLine.Failed;
    }

    private static async Task<int> PostsAsync(ParseResult parsed, ReleaseKind kind, long? version, bool isJson, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var store = session.Get<ICentralStore>();
        var wanted = version ?? await store.Releases.ReadNewestVersionAsync(kind, cancellationToken);
        if (wanted == 0)
            throw new CentralFault($"No {kind} has been published.");
        var posts = await PostConfirmations.ReadAsync(store, kind, wanted, cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        if (isJson)
        {
            await output.WriteLineAsync(Json.Write(posts.Select(post => new PostReleaseJson(
                post.Appliance.ApplianceId, post.Appliance.PostName, post.Version, post.HasIt, post.ConfirmedAt, post.Appliance.LastContactAt, post.SplitViews)).ToArray()));
        }
        else
        {
            foreach (var post in posts)
            {
                var state = post.HasIt
                    ? $"since {post.ConfirmedAt:yyyy-MM-dd HH:mm}Z"
                    : $"NOT YET: has {(post.Version == 0 ? "none" : $"version {post.Version}")}, last heard {(post.Appliance.LastContactAt is { } contact ? $"{contact:yyyy-MM-dd HH:mm}Z" : "never")}";
                await output.WriteLineAsync($"{post.Appliance.ApplianceId}  {post.Appliance.PostName}  {state}");
                foreach (var split in post.SplitViews)
                    await output.WriteLineAsync($"    SPLIT VIEW: had a {kind} {split} which this site never published under that version");
            }

            await output.WriteLineAsync($"{posts.Count(static post => post.HasIt)} of {posts.Count} active appliances have {kind} {wanted} or a later one.");
        }

        return posts.All(static post => post.HasIt && post.SplitViews.Count == 0) ? CentralCommandLine.Done : CentralCommandLine.Failed;
    }

    private static async Task<int> ExportAsync(
        ParseResult parsed, string[] ids, bool isEvery, int? leaseDays, string path, CancellationToken cancellationToken)
    {
        if (isEvery == (ids.Length > 0))
            throw new CentralFault("Name the appliances with --appliance, or give --every-appliance.");
        await using var session = SiteSession.Open(parsed);
        var store = session.Get<ICentralStore>();
        var all = (await store.Appliances.ListAsync(cancellationToken)).Where(static appliance => appliance.State == ApplianceState.Active).ToDictionary(static appliance => appliance.ApplianceId);
        var unknown = ids.Where(id => !all.ContainsKey(id)).ToArray();
        if (unknown.Length > 0)
            throw new CentralFault($"Not an active appliance of this site: {string.Join(", ", unknown)}; see appliances list.");
        Appliance[] appliances = isEvery ? [.. all.Values] : [.. ids.Distinct(StringComparer.Ordinal).Select(id => all[id])];
        if (appliances.Length == 0)
            throw new CentralFault("No appliance is active, so there is nobody to carry anything to.");

        // Beside its place first: a stick that is full or pulled out leaves no half of a bundle under its name.
        var staged = $"{path}.part";
        BundleReport report;
        try
        {
            await using (var file = new FileStream(staged, FileMode.Create, FileAccess.Write))
            {
                report = await session.Get<ReleaseBundles>().WriteAsync(
                    file, appliances, leaseDays is { } given ? TimeSpan.FromDays(given) : null, CommonOptions.ActorOf(parsed), cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(staged, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{path} cannot be written ({fault.Message.TrimEnd('.')}); free space or give another --out.", fault);
        }
        finally
        {
            File.Delete(staged);
        }

        var output = parsed.InvocationConfiguration.Output;
        foreach (var release in report.Releases)
            await output.WriteLineAsync(release);
        await output.WriteLineAsync(
            $"{path}: {report.Bytes} bytes for {report.Appliances} appliances, leased until {report.LeasedUntil:yyyy-MM-dd HH:mm}Z. At the post: edge-checkpoint releases install {Path.GetFileName(path)}");
        return CentralCommandLine.Done;
    }
}
