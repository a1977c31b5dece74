using System.CommandLine;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>How long the appliances of a post may use their lists without contact: more for a post with a poor link.</summary>
internal static class ReleasesLeaseCommand
{
    /// <summary>An option of days that a lease may have.</summary>
    public static Option<int?> Days(string name, string description)
    {
        var days = new Option<int?>(name) { Description = description, HelpName = "DAYS" };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 || result.GetValueOrDefault<int?>() > BundleHead.LeaseMax.Days)
                result.AddError($"{name} takes 1 to {BundleHead.LeaseMax.Days} days.");
        });
        return days;
    }

    public static Command Create()
    {
        var post = new Option<string?>("--post") { Description = "The post, as its appliances are named.", HelpName = "NAME" };
        var days = Days("--days", $"How long its appliances may use their lists without contact, 1 to {BundleHead.LeaseMax.Days} days.");
        var usual = new Option<bool>("--usual") { Description = $"Give the post the usual {ContentKeyLeases.Life.Days} days again." };
        var lease = new Command(
            "lease",
            $"Show, or set for a post, how long its appliances may use their lists without contact with central; {ContentKeyLeases.Life.Days} days where nothing is set. A stolen "
            + "appliance can be used for as long by whoever has a sign-in of it, so give more than the usual only to posts with poor links. It counts from the next contact on, or the next "
            + "bundle; a longer lease that an appliance has already ends when it ends.")
        {
            post, days, usual,
        };
        lease.SetAction((parsed, cancellationToken) => RunAsync(
            parsed, parsed.GetValue(post), parsed.GetValue(days), parsed.GetValue(usual), cancellationToken));
        return lease;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string? post, int? days, bool isUsual, CancellationToken cancellationToken)
    {
        if (post is null ? days is not null || isUsual : (days is not null) == isUsual)
            throw new CentralFault("Give --post NAME with --days DAYS or --usual; or nothing, to see what is set.");
        await using var session = SiteSession.Open(parsed);
        var output = parsed.InvocationConfiguration.Output;
        if (post is not null)
        {
            await output.WriteLineAsync(await SetAsync(session, post, days, CommonOptions.ActorOf(parsed), cancellationToken));
            return CentralCommandLine.Done;
        }

        var leases = await session.Get<ICentralStore>().Posts.ListLeasesAsync(cancellationToken);
        foreach (var lease in leases)
            await output.WriteLineAsync($"{lease.PostName}  {lease.Days} days, since {lease.SetAt:yyyy-MM-dd} by {lease.SetBy}");
        await output.WriteLineAsync($"{(leases.Count == 0 ? "Every post has" : "All other posts have")} the usual {ContentKeyLeases.Life.Days} days.");
        return CentralCommandLine.Done;
    }

    private static async Task<string> SetAsync(SiteSession session, string post, int? days, string actor, CancellationToken cancellationToken)
    {
        var store = session.Get<ICentralStore>();
        var auditor = session.Get<Auditor>();
        // A name that was mistyped would be obeyed by nobody.
        if (!(await store.Appliances.ListAsync(cancellationToken)).Any(appliance => appliance.PostName == post))
            throw new CentralFault($"No appliance belongs to a post '{post}'; see appliances list.");
        if (days is { } given)
        {
            var lease = new PostLease(post, given, session.Get<TimeProvider>().GetUtcNow(), actor);
            await store.Posts.SetLeaseAsync(lease, auditor.Event(actor, AuditAction.PostLeaseSet, post, $"{given} days"), cancellationToken);
            return $"The appliances of {post} may use their lists for {given} days without contact, from their next contact on.";
        }

        var changed = await store.Posts.RemoveLeaseAsync(
            post, auditor.Event(actor, AuditAction.PostLeaseSet, post, $"the usual {ContentKeyLeases.Life.Days} days"), cancellationToken);
        return changed
            ? $"The appliances of {post} may use their lists for the usual {ContentKeyLeases.Life.Days} days without contact, from their next lease on."
            : $"{post} has the usual {ContentKeyLeases.Life.Days} days already; nothing was changed.";
    }
}
