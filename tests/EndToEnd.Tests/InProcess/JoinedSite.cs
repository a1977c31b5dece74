using EdgeCheckpoint.Central;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Extensions.Logging.Abstractions;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Commands;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using CentralFolder = EdgeCheckpoint.Central.Keys.DataFolder;
using WorkerFolder = EdgeCheckpoint.Worker.DataFolder;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>
/// Central and one appliance whole, in this process, over real TLS on loopback, each with a clock that the test can set wrong. Their timers
/// run; what they keep lies in real files.
/// </summary>
internal sealed class JoinedSite : IAsyncDisposable
{
    internal const string Serial = "TEST-0001";
    internal const string Actor = "test";

    private readonly TemporaryFolder _folder = new();
    private readonly SimulatedBoard _board;
    private HostSettings _settings = null!;
    private Action<WebApplicationBuilder>? _adapt;
    private WebApplication? _appliance;

    private JoinedSite() => _board = new SimulatedBoard(_folder.Combine("board"), TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Central's clock.</summary>
    internal ShiftedTime CentralTime { get; } = new();

    /// <summary>The appliance's clock.</summary>
    internal ShiftedTime ApplianceTime { get; } = new();

    internal WebApplication Central { get; private set; } = null!;

    internal Uri GrpcUrl { get; private set; } = null!;

    /// <summary>The link on which the appliance calls; null when it calls central itself.</summary>
    internal LinkProxy? Link { get; private set; }

    internal ICentralStore Store => Central.Services.GetRequiredService<ICentralStore>();

    internal ApplianceAdmission Admission => Central.Services.GetRequiredService<ApplianceAdmission>();

    /// <summary>The running appliance's parts.</summary>
    internal IServiceProvider Parts => (_appliance ?? throw new InvalidOperationException("The appliance does not run.")).Services;

    internal WorkerFolder Data => new(_folder.Combine("appliance"));

    internal string CentralFolder => _settings.Folder.Root;

    internal string ApplianceId { get; private set; } = "";

    internal IDeviceKeyStore KeyStore => new DeviceKeyFiles(Data, seal: null, ApplianceTime);

    /// <summary>Central running, nobody enrolled.</summary>
    /// <param name="linkSeed">Seed of a link between the two; null for none.</param>
    /// <param name="adapt">Puts something of the test's own into central, at every start.</param>
    internal static async Task<JoinedSite> StartCentralAsync(
        CancellationToken cancellationToken, int? linkSeed = null, Action<WebApplicationBuilder>? adapt = null)
    {
        var site = new JoinedSite { _adapt = adapt };
        var folder = new CentralFolder(site._folder.Combine("central"));
        SiteKeys.Create(folder, "Utopia", "https://127.0.0.1:7443", site.CentralTime.GetUtcNow());
        site._settings = new HostSettings
        {
            Folder = folder,
            GrpcUrl = new Uri("https://127.0.0.1:0"),
            DashboardUrl = new Uri("http://127.0.0.1:0"),
        };
        site._board.Set(ContactRole.Tamper, ContactLevel.Closed);
        await site.RunCentralAsync(cancellationToken);
        site.Link = linkSeed is { } seed ? new LinkProxy(site.GrpcUrl, seed) : null;
        return site;
    }

    /// <summary>Central running, the appliance enrolled and running.</summary>
    internal static async Task<JoinedSite> StartAsync(CancellationToken cancellationToken)
    {
        var site = await StartCentralAsync(cancellationToken);
        await site.EnrolAsync(cancellationToken);
        await site.StartApplianceAsync(cancellationToken);
        return site;
    }

    internal async Task EnrolAsync(CancellationToken cancellationToken) =>
        await EnrolAsync(
            await Central.Services.GetRequiredService<Tickets>().IssueAsync(
                "Utopia North", Serial, TimeSpan.FromHours(72), (Link?.Address ?? GrpcUrl).ToString(), Actor, cancellationToken),
            cancellationToken);

    /// <summary>Redeems a ticket with the appliance's own client.</summary>
    internal async Task<ApplianceIdentity> EnrolAsync(JoinTicket ticket, CancellationToken cancellationToken)
    {
        var enrolled = await new EnrolmentClient(Data, KeyStore, ApplianceTime).EnrolAsync(ticket, Serial, static _ => { }, cancellationToken);
        Assert.True(enrolled.TryGet(out var identity, out var sentence), sentence);
        ApplianceId = identity.ApplianceId;
        return identity;
    }

    /// <summary>Puts this card under a new enrolment in the place of the old one, as <c>edge-checkpoint replace</c> does; the appliance is stopped.</summary>
    /// <returns>Where the old enrolment lies now.</returns>
    internal async Task<WorkerFolder> ReplaceAsync(CancellationToken cancellationToken)
    {
        var order = new TicketOrder("Utopia North", Serial, Replaces: ApplianceId);
        var ticket = Assert.Single(await Central.Services.GetRequiredService<Tickets>().IssueAsync(
            [order], TimeSpan.FromHours(72), (Link?.Address ?? GrpcUrl).ToString(), Actor, cancellationToken));
        var replacement = new ApplianceReplacement(Data);
        var keys = new DeviceKeyFiles(replacement.Staging, seal: null, ApplianceTime);
        var enrolled = await new EnrolmentClient(replacement.Staging, keys, ApplianceTime).EnrolAsync(ticket, Serial, static _ => { }, cancellationToken);
        Assert.True(enrolled.TryGet(out var identity, out var sentence), sentence);
        ApplianceId = identity.ApplianceId;
        return new WorkerFolder(replacement.TakePlace(ApplianceTime.GetUtcNow())!);
    }

    /// <summary>Opens or closes the enclosure.</summary>
    internal void SetTamper(ContactLevel level) => _board.Set(ContactRole.Tamper, level);

    /// <param name="settings">SECTION:NAME=VALUE, in place of the defaults of the same name.</param>
    internal async Task StartApplianceAsync(CancellationToken cancellationToken, params string[] settings)
    {
        Dictionary<string, string> values = new[]
        {
            $"Scanner:DevicePath={_folder.Combine("no-reader")}",
            "Board:Profile=simulated",
            $"Board:SimulatedDirectory={_folder.Combine("board")}",
            "Console:Port=0",
            "Sync:BackoffSecondsMin=0.2",
            "Sync:BackoffSecondsMax=1",
            "Sync:ReconnectSpreadSeconds=0",
            "Sync:HeartbeatSeconds=1",
            "Sync:ReleaseCheckSeconds=2",
            "Sync:RenewalCheckSeconds=1",
            "Sync:CommandSeconds=1",
        }.Concat(settings).Select(static setting => setting.Split('=', 2)).GroupBy(static pair => pair[0]).ToDictionary(
            static pairs => pairs.Key, static pairs => pairs.Last()[1]);
        _appliance = RunCommand.Build(Data, [.. values.Select(static pair => $"{pair.Key}={pair.Value}")], services =>
        {
            services.AddLogging(static logging => logging.ClearProviders());
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(ApplianceTime));
            services.Replace(ServiceDescriptor.Singleton(new MachineClock(Guid.NewGuid(), HasBatteryClock: true)));
        });
        await _appliance.StartAsync(cancellationToken);
    }

    internal async Task StopApplianceAsync(CancellationToken cancellationToken)
    {
        if (_appliance is null)
            return;
        await _appliance.StopAsync(cancellationToken);
        await _appliance.DisposeAsync();
        _appliance = null;
    }

    /// <summary>The newest heartbeat at central; null before the first.</summary>
    internal async Task<HealthReport?> HealthAsync(CancellationToken cancellationToken) =>
        (await Store.Appliances.ListHealthAsync(cancellationToken)).GetValueOrDefault(ApplianceId);

    /// <summary>Waits for a heartbeat that central received from now on.</summary>
    internal async Task HeardAsync(CancellationToken cancellationToken)
    {
        var since = CentralTime.GetUtcNow();
        await Until.TrueAsync(
            "a heartbeat at central",
            async token => await HealthAsync(token) is { } health && health.ReceivedAt > since,
            TimeSpan.FromSeconds(30),
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopApplianceAsync(CancellationToken.None);
        await StopCentralAsync();
        if (Link is not null)
            await Link.DisposeAsync();
        _board.Dispose();
        _folder.Dispose();
    }

    internal async Task StopCentralAsync()
    {
        await Central.StopAsync();
        await Central.DisposeAsync();
    }

    /// <summary>Starts central, again on the port that it had.</summary>
    internal async Task RunCentralAsync(CancellationToken cancellationToken)
    {
        if (GrpcUrl is not null)
            _settings = _settings with { GrpcUrl = GrpcUrl };
        Central = CentralHost.Build(_settings, builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(CentralTime));
            builder.Logging.ClearProviders();
            _adapt?.Invoke(builder);
        });
        (GrpcUrl, _) = await CentralHost.StartAsync(Central, _settings, cancellationToken);
    }
}
