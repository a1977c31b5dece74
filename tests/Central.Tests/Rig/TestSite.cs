using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Retention;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Central.Tests.Rig;

/// <summary>The real server on loopback: real TLS, real SQLite in a folder of its own, a clock and a disk of the test's.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    public const string Actor = "test";

    private readonly TemporaryFolder _folder;

    private TestSite(TemporaryFolder folder, WebApplication app, FakeTimeProvider time, FakeDisk disk, LogCollector log)
    {
        _folder = folder;
        (App, Time, Disk, Log) = (app, time, disk, log);
    }

    public WebApplication App { get; }

    /// <summary>Starts at the real time, since TLS clients judge certificates by the real clock.</summary>
    public FakeTimeProvider Time { get; }

    public FakeDisk Disk { get; }

    public LogCollector Log { get; }

    /// <summary>Where appliances of the test connect: this node, or a balancer before it.</summary>
    public Uri GrpcUrl { get; set; } = null!;

    public Uri DashboardUrl { get; private set; } = null!;

    public ICentralStore Store => App.Services.GetRequiredService<ICentralStore>();

    public SiteKeys Keys => App.Services.GetRequiredService<SiteKeys>();

    public string Folder => _folder.Path;

    public DataFolder Data => App.Services.GetRequiredService<DataFolder>();

    /// <summary>Runs a command beside the server, on the same folder.</summary>
    public async Task<(int Code, string Output, string Error)> CommandAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CentralCommandLine(new KeysCommands(), new WatchlistsCommands(), new StatusCommand(), new StaffCommands(), new AppliancesCommands(), new ReleasesCommands())
            .RunAsync([.. args, "--data", Data.Root], output, error, Token);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Signs a drafted root with the keys of the bench and publishes it; the server takes it up.</summary>
    public async Task PublishRootAsync(string draft, params string[] options)
    {
        var signed = await CommandAsync("keys", "sign", "--kept", "--yes", "--in", draft);
        Assert.True(signed.Code == 0, signed.Error);
        var published = await CommandAsync(["keys", "root", "publish", draft, .. options]);
        Assert.True(published.Code == 0, published.Error);
        await LookForNewsAsync();
    }

    /// <summary>Folder of the people who hold the signing keys of a site in service.</summary>
    public string Holders => _folder.File("holders");

    /// <param name="isBench">False for a site in service: people hold every key but the timestamp key.</param>
    /// <param name="configure">Options, by name.</param>
    /// <param name="certificate">For pages by https.</param>
    /// <param name="nodeOf">Another node of the same site, whose keys and options this one has; null for a new site.</param>
    /// <param name="prepare">Done with the folder before anything opens its database.</param>
    /// <param name="isLive">True where timers run by the real clock: nodes notice by themselves what others do.</param>
    public static async Task<TestSite> StartAsync(
        bool isBench = true,
        IReadOnlyDictionary<string, string?>? configure = null,
        X509Certificate2? certificate = null,
        TestSite? nodeOf = null,
        bool isLive = false,
        Action<DataFolder>? prepare = null)
    {
        var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var data = new DataFolder(folder.File("data"));
        if (nodeOf is null)
            SiteKeys.Create(data, "Utopia", "https://127.0.0.1:7443", time.GetUtcNow());
        else
            CopyNode(nodeOf.Data, data);
        if (!isBench)
            GiveKeysToHolders(data, folder.File("holders"));
        var disk = new FakeDisk();
        var log = new LogCollector();
        var settings = new HostSettings
        {
            Folder = data,
            GrpcUrl = new Uri("https://127.0.0.1:0"),
            DashboardUrl = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:0"),
            DashboardCertificate = certificate,
        };
        if (configure is not null)
            await File.WriteAllTextAsync(data.OptionsFile, Options(configure), TestContext.Current.CancellationToken);
        prepare?.Invoke(data);
        var app = CentralHost.Build(settings, builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IDiskSpace>(disk));
            if (!isLive)
            {
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
                RemoveTimers(builder.Services);
            }

            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(log);
        });
        var site = new TestSite(folder, app, time, disk, log);
        (site.GrpcUrl, site.DashboardUrl) = await CentralHost.StartAsync(app, settings, TestContext.Current.CancellationToken);
        return site;
    }

    /// <summary>A channel to the gRPC port; trusts the site's authorities and nothing else, as an appliance does.</summary>
    /// <param name="certificate">With its private key; null for a caller without.</param>
    /// <param name="root">The root it trusts; the newest when left out.</param>
    public GrpcChannel Channel(X509Certificate2? certificate, RootMetadata? root = null)
    {
        var tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, presented, chain, errors) =>
                (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0
                && ServerCertificate.IsOf(root ?? Keys.Root, (X509Certificate2)presented!, chain!.ChainPolicy.ExtraStore, TimeProvider.System.GetUtcNow()),
        };
        if (certificate is not null)
            tls.ClientCertificates = [certificate];
        return GrpcChannel.ForAddress(GrpcUrl, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { SslOptions = tls },
            DisposeHttpClient = true,
        });
    }

    public Task<JoinTicket> TicketAsync(string serial = "", int hours = 72) =>
        App.Services.GetRequiredService<Tickets>().IssueAsync(
            "North Gate", serial, TimeSpan.FromHours(hours), GrpcUrl.ToString(), Actor, Token);

    /// <summary>An appliance that has been admitted by its board's serial number.</summary>
    public async Task<TestAppliance> EnrolAsync()
    {
        var appliance = new TestAppliance(this);
        await appliance.JoinAsync(await TicketAsync("SN-1"), "SN-1");
        return appliance;
    }

    public Task<bool> AddStaffAsync(string name, StaffRole role, string password) =>
        App.Services.GetRequiredService<StaffAccounts>().AddAsync(name, name.ToUpperInvariant(), role, password, Actor, Token);

    public ListImport Import => App.Services.GetRequiredService<ListImport>();

    public ListPublication Publication => App.Services.GetRequiredService<ListPublication>();

    /// <summary>What the watcher would do at its next interval.</summary>
    public Task LookForNewsAsync() => App.Services.GetRequiredService<PulseWatcher>().LookAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Signs a file with the keys of a role, as their holders would.</summary>
    public SigningFile SignAsHolders(SigningFile file, SigningRole role)
    {
        var keys = Directory.GetFiles(Holders, $"{KeyFile.Word(role)}-*").Select(static path => KeyFile.Read(path, static () => "")).ToArray();
        var signed = file.SignedBy(keys);
        foreach (var key in keys)
            key.Dispose();
        return signed;
    }

    /// <summary>What an operator copies to a further node: everything but the database.</summary>
    public static void CopyNode(DataFolder from, DataFolder to)
    {
        to.Create();
        foreach (var file in Directory.EnumerateFiles(from.Root, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to.Root, Path.GetRelativePath(from.Root, file));
            if (Path.GetFileName(file).StartsWith("central.db", StringComparison.Ordinal))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static void GiveKeysToHolders(DataFolder data, string holders)
    {
        Directory.CreateDirectory(holders);
        foreach (var path in Directory.GetFiles(data.SigningFolder).Where(static path => !Path.GetFileName(path).StartsWith("timestamp", StringComparison.Ordinal)))
            File.Move(path, Path.Combine(holders, Path.GetFileName(path)));
    }

    private static string Options(IReadOnlyDictionary<string, string?> values) =>
        System.Text.Json.JsonSerializer.Serialize(values);

    public static byte[] NewKeySpki()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>
    /// A fake clock that is moved by months would ring a half-second timer some forty million times; tests take the
    /// watcher's step themselves.
    /// </summary>
    private static void RemoveTimers(IServiceCollection services)
    {
        foreach (var timer in services.Where(static service =>
            service.ServiceType == typeof(IHostedService)
            && (service.ImplementationType == typeof(StoreUpkeep) || service.ImplementationType == typeof(StoreCheck) || service.ImplementationType == typeof(StoreListener) || service.ImplementationType == typeof(RetentionService) || service.ImplementationFactory is not null)).ToArray())
        {
            services.Remove(timer);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
