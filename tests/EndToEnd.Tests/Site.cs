using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>One central and one enrolled appliance with a fictional list, each a process of its own.</summary>
internal sealed class Site : IAsyncDisposable
{
    internal const string Serial = "TEST-0001";
    internal const string OfficerNumber = "OFF-17";

    /// <summary>"own" gives central a PostgreSQL of the test's own; SQLite when it is not set.</summary>
    private const string PostgresVariable = "CHECKPOINT_POSTGRES";

    private PostgresCluster? _cluster;

    private Site(TemporaryFolder folder)
    {
        Folder = folder;
        Central = new CentralSite(folder.Combine("central"));
        Appliance = new Appliance(folder.Combine("appliance"));
    }

    internal TemporaryFolder Folder { get; }

    internal CentralSite Central { get; }

    internal PersonSecret Officer { get; private set; } = new("", "", "");

    internal PersonSecret Supervisor { get; private set; } = new("", "", "");

    internal Appliance Appliance { get; }

    /// <summary>Central with issued accounts and a published list, and an appliance that has installed it and has an officer on duty.</summary>
    /// <param name="settings">More settings of the appliance, SECTION:NAME=VALUE.</param>
    internal static async Task<Site> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        var site = await StartCentralAsync(cancellationToken);
        try
        {
            await site.StartApplianceAsync(cancellationToken, settings);
            return site;
        }
        catch
        {
            // Central would run on without anybody to end it.
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Central with issued accounts and a published list.</summary>
    internal static async Task<Site> StartCentralAsync(CancellationToken cancellationToken)
    {
        var site = new Site(new TemporaryFolder());
        if (Environment.GetEnvironmentVariable(PostgresVariable) == "own")
            await site.UsePostgresAsync(cancellationToken);
        await site.Central.CommandAsync(cancellationToken, "init", "--name", "Utopia", "--address", "https://127.0.0.1");
        await site.Central.StartAsync(cancellationToken);
        site.Officer = await site.Central.PersonAsync(OfficerNumber, "officer", cancellationToken);
        site.Supervisor = await site.Central.PersonAsync("SUP-02", "supervisor", cancellationToken, "--badge");
        await site.Central.CommandAsync(cancellationToken, "people", "publish");
        await site.PublishAsync(cancellationToken, "uto:1,VIKTOR ANSELM DRAGOVAR,,1971-03-04,UTO,M,,inquire", "uto:2,JORAN PELLIK,,1964,UTO,M,,discreet");
        return site;
    }

    /// <summary>Enrols and starts the appliance.</summary>
    internal async Task StartApplianceAsync(CancellationToken cancellationToken, params string[] settings)
    {
        await EnrolAsync(cancellationToken);
        await Appliance.StartAsync(cancellationToken, settings: settings);
        await Appliance.SignInAsync(Officer, cancellationToken);
        await Appliance.ReadyAsync(cancellationToken, listVersion: 1);
    }

    internal async Task EnrolAsync(CancellationToken cancellationToken)
    {
        var ticket = await Central.TicketAsync("Utopia North", Serial, Folder.Combine("ticket.json"), cancellationToken);
        var enrolled = await Appliance.EnrolAsync(ticket, Serial, cancellationToken);
        Assert.True(enrolled.ExitCode == 0, enrolled.Errors);
    }

    /// <summary>Imports and publishes entries: id, names, weak names, birth dates, nationalities, sex, documents, action.</summary>
    internal Task PublishAsync(CancellationToken cancellationToken, params string[] rows) => Central.PublishListAsync(Folder.Combine("list.csv"), cancellationToken, rows);

    /// <summary>Waits until central holds that many decided encounters, then makes sure that it stays that many.</summary>
    internal async Task DurableAsync(int encounters, CancellationToken cancellationToken)
    {
        await Until.TrueAsync(
            $"{encounters} decided encounters at central (appliance says:\n{Appliance.Log})",
            async token => await Central.DecidedEncountersAsync(token) >= encounters,
            TimeSpan.FromSeconds(60),
            cancellationToken);
        await Until.TrueAsync(
            "the appliance having nothing left to send",
            async token => (await Appliance.HealthAsync(token)).GetProperty("all_sent").GetBoolean(),
            TimeSpan.FromSeconds(60),
            cancellationToken);
        Assert.Equal(encounters, await Central.DecidedEncountersAsync(cancellationToken));
    }

    /// <summary>Scans a document and decides, so that the next traveller can come.</summary>
    /// <returns>The hits it had.</returns>
    internal async Task<IReadOnlyList<string>> HitsAsync(IReadOnlyList<string> document, CancellationToken cancellationToken)
    {
        var encounter = await Appliance.ScanAsync(document, cancellationToken);
        await Appliance.DecideAsync(
            encounter, encounter.IsClear ? OutcomeCodes.Admitted : OutcomeCodes.Referred, OutcomeCodes.NotSamePerson, cancellationToken);
        return encounter.Hits;
    }

    /// <summary>The lines of an invented traveller's passport.</summary>
    internal static IReadOnlyList<string> Passport(string surname, string givenNames, string number, int year, int month, int day, char sex = 'M') =>
        InventedPassport.Lines(surname, givenNames, number, new DateOnly(year, month, day), sex);

    public async ValueTask DisposeAsync()
    {
        await Appliance.DisposeAsync();
        await Central.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>One that flushes what it commits, and an options file that is there before the site.</summary>
    private async Task UsePostgresAsync(CancellationToken cancellationToken)
    {
        _cluster = await PostgresCluster.StartAsync(isDurable: true, cancellationToken);
        await _cluster.SqlAsync("postgres", "CREATE DATABASE central", cancellationToken);
        await Central.WriteOptionsAsync(new Dictionary<string, string> { ["Storage:Postgres"] = _cluster.Address("central") }, cancellationToken);
    }
}
