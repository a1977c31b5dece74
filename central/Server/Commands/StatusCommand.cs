using System.CommandLine;
using System.Text.Json;
using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>How things stand, in numbers; no personal data.</summary>
internal sealed class StatusCommand : ICommandPart
{
    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        var command = new Command("status", "Show the appliances and how many records of each are durable here. No personal data.")
        {
            _json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var status = await ReadAsync(session.Get<ICentralStore>(), cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(status));
            return CentralCommandLine.Done;
        }

        await output.WriteLineAsync($"List version {status.ListVersion}; {status.EncountersDecided} encounters decided.");
        foreach (var appliance in status.Appliances)
        {
            await output.WriteLineAsync(
                $"{appliance.ApplianceId}  {appliance.State,-8} {appliance.Post}: {appliance.Records.Values.Sum()} records here, "
                + $"{appliance.RecordsWaiting} waiting there, list version {appliance.ListVersion}, "
                + $"last contact {(appliance.LastContact is { } at ? at.ToString("yyyy-MM-dd HH:mm:ss'Z'", null) : "never")}");
            foreach (var (name, part) in appliance.Parts.Where(static part => part.Value.State is not ("ok" or "not fitted")))
                await output.WriteLineAsync($"    {name} {part.State}: {part.Detail}");
        }

        return CentralCommandLine.Done;
    }

    private static async Task<StatusJson> ReadAsync(ICentralStore store, CancellationToken cancellationToken)
    {
        var health = await store.Appliances.ListHealthAsync(cancellationToken);
        var counts = (await store.Records.CountAsync(cancellationToken)).ToLookup(static count => count.ApplianceId);
        var decided = await store.Records.CountDecidedAsync(cancellationToken);
        var forks = await store.Records.CountForksAsync(cancellationToken);
        var appliances = (await store.Appliances.ListAsync(cancellationToken)).Select(appliance => new ApplianceStatusJson(
            appliance.ApplianceId,
            appliance.PostName,
            AppliancesCommands.Word(appliance.State),
            appliance.LastContactAt,
            health.GetValueOrDefault(appliance.ApplianceId)?.ListVersion ?? 0,
            health.GetValueOrDefault(appliance.ApplianceId)?.RootVersion ?? 0,
            health.GetValueOrDefault(appliance.ApplianceId)?.RecordsWaiting ?? 0,
            SumBy(counts[appliance.ApplianceId], static count => JsonNamingPolicy.SnakeCaseLower.ConvertName(count.Kind.ToString())),
            SumBy(counts[appliance.ApplianceId], static count => JsonNamingPolicy.SnakeCaseLower.ConvertName(count.Lane.ToString())),
            decided.GetValueOrDefault(appliance.ApplianceId),
            forks.GetValueOrDefault(appliance.ApplianceId),
            (health.GetValueOrDefault(appliance.ApplianceId)?.Parts ?? []).DistinctBy(static part => part.Part)
                .ToDictionary(static part => part.Part, static part => new PartJson(Wording.Part(part.State), part.Detail)))).ToArray();
        return new StatusJson(
            appliances,
            await store.Releases.ReadNewestVersionAsync(ReleaseKind.Watchlist, cancellationToken),
            appliances.Sum(static appliance => appliance.EncountersDecided));
    }

    private static Dictionary<string, long> SumBy(IEnumerable<RecordCount> counts, Func<RecordCount, string> key) =>
        counts.GroupBy(key).ToDictionary(static group => group.Key, static group => group.Sum(static count => count.Count));
}
