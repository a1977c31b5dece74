using System.Net;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Retention;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace EdgeCheckpoint.Central;

/// <summary>Where the server listens.</summary>
internal sealed record HostSettings
{
    public required DataFolder Folder { get; init; }

    public required Uri GrpcUrl { get; init; }

    public required Uri DashboardUrl { get; init; }

    /// <summary>Certificate of the dashboard with its private key, PEM; null for plain http, which is for loopback only.</summary>
    public X509Certificate2? DashboardCertificate { get; init; }
}

/// <summary>The server: two ports, one process (DESIGN §9).</summary>
internal static class CentralHost
{
    /// <summary>Largest gRPC message taken: a full batch with its wrapping, and room to spare.</summary>
    private const int MessageBytesMax = 256 * 1024;

    private const long BodyBytesMax = 1024 * 1024;

    private static readonly TimeSpan ShutdownLongest = TimeSpan.FromSeconds(10);

    /// <summary>Doorbells tick oftener than this; a satellite link takes seconds for an answer.</summary>
    private static readonly TimeSpan QuietLongest = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan PingLongest = TimeSpan.FromSeconds(60);

    /// <param name="adapt">Lets a test put fakes in place of what is added here.</param>
    public static WebApplication Build(HostSettings settings, Action<WebApplicationBuilder>? adapt = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddJsonFile(settings.Folder.OptionsFile, optional: true, reloadOnChange: false);
        builder.Configuration.AddEnvironmentVariables("CENTRAL_CHECKPOINT_");
        var dashboard = ReadDashboard(builder.Configuration);
        var origin = new SiteOrigin(settings, dashboard);
        ConfigureLogging(builder.Logging);
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = ShutdownLongest);
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddKeys(settings.Folder)
            .AddKeysUpkeep()
            .AddStorage()
            .AddStorageUpkeep()
            .AddRetention()
            .AddRetentionService()
            .AddAudit()
            .AddAppliances()
            .AddApplianceServices()
            .AddEncounters()
            .AddJournalIntake()
            .AddObservability(builder.Configuration)
            .AddWatchlists()
            .AddImportFolder()
            .AddEntryWatch()
            .AddPostPeople()
            .AddPeople()
            .AddPasskeys(origin)
            .AddDashboard(settings.Folder, origin);
        builder.Services.AddSingleton<ApplianceGate>();
        builder.Services.AddGrpc(static options =>
        {
            options.MaxReceiveMessageSize = MessageBytesMax;
            options.EnableDetailedErrors = false;
            options.Interceptors.Add<ApplianceGate>();
        });
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        adapt?.Invoke(builder);
        var app = builder.Build();
        app.UseSecurityHeaders(origin);
        app.UseExceptionHandler(static failed => failed.Run(static context =>
            context.Response.WriteAsync("Central could not do this; its log says why.")));
        app.UseKnownHosts(origin);
        app.UseProxies(origin, dashboard);
        app.UseRouting();
        app.UsePorts();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseTokenOnEveryChange();
        app.MapGrpcService<EnrolmentService>().On(ListeningPort.Grpc);
        app.MapGrpcService<JournalService>().On(ListeningPort.Grpc);
        app.MapGrpcService<ReleaseService>().On(ListeningPort.Grpc);
        app.MapGrpcService<DoorbellService>().On(ListeningPort.Grpc);
        app.MapGrpcService<HealthService>().On(ListeningPort.Grpc);
        app.MapGrpcService<CommandService>().On(ListeningPort.Grpc);
        app.MapDashboard();
        return app;
    }

    /// <summary>Starts, and says where it listens.</summary>
    /// <exception cref="CentralFault">A port is in use or cannot be opened.</exception>
    public static async Task<(Uri Grpc, Uri Dashboard)> StartAsync(
        WebApplication app, HostSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            var url = fault.Message.Contains($":{settings.DashboardUrl.Port}", StringComparison.Ordinal)
                ? settings.DashboardUrl
                : settings.GrpcUrl;
            var option = url == settings.GrpcUrl ? "--grpc-url" : "--dashboard-url";
            throw new CentralFault(
                $"Port {url.Port} on {url.Host} is in use by another program; stop that program or give another port with {option}.",
                fault);
        }
        catch (System.Net.Sockets.SocketException fault)
        {
            throw new CentralFault(
                $"Central cannot listen at {settings.GrpcUrl} or {settings.DashboardUrl} ({fault.Message}); give addresses of "
                + "this machine, and ports this user may open, with --grpc-url and --dashboard-url.", fault);
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        return (new Uri(addresses[0]), new Uri(addresses[1]));
    }

    /// <summary>The address of a URL; names other than localhost are refused, since they say nothing about an interface.</summary>
    public static IPAddress AddressOf(Uri url) =>
        url.Host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address
        : throw new CentralFault($"Central listens at an address of this machine, not at a name: write {url} with an IP address.");

    /// <summary>Needed before there are services: the cookies' names depend on it.</summary>
    private static DashboardOptions ReadDashboard(ConfigurationManager configuration)
    {
        var options = configuration.GetSection(DashboardOptions.Section).Get<DashboardOptions>() ?? new DashboardOptions();
        return new DashboardOptionsValidator().Validate(null, options) is { Failed: true } failure
            ? throw new CentralFault(failure.FailureMessage)
            : options;
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.ClearProviders();

        // Standard output carries the two lines that scripts wait for, and nothing else.
        logging.AddConsole(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddSimpleConsole(static options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z' ";
            options.UseUtcTimestamp = true;
        });
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);

        // A port in use is told in one sentence; these two would add a stack trace each.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // The folder of the keys is private; the warning that they lie there in the clear is answered in README.md.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    private static void Listen(KestrelServerOptions kestrel, HostSettings settings)
    {
        var keys = kestrel.ApplicationServices.GetRequiredService<SiteKeys>();
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BodyBytesMax;

        // An appliance whose link is gone without a word holds its streams no longer than this.
        kestrel.Limits.Http2.KeepAlivePingDelay = QuietLongest;
        kestrel.Limits.Http2.KeepAlivePingTimeout = PingLongest;
        kestrel.Listen(AddressOf(settings.GrpcUrl), settings.GrpcUrl.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Mark(ListeningPort.Grpc);
            listen.UseHttps(https => AcceptAppliances(https, keys));
        });
        kestrel.Listen(AddressOf(settings.DashboardUrl), settings.DashboardUrl.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Mark(ListeningPort.Dashboard);
            if (settings.DashboardCertificate is { } certificate)
                listen.UseHttps(certificate);
        });
    }

    /// <summary>
    /// The handshake takes any certificate and none; every call is then judged by Appliances/CallerCheck, which can tell the
    /// appliance why it is refused, and lets an expired one renew. The chain is built offline, to the site's authorities. What the
    /// server presents is asked for at every handshake, since a new root may change it.
    /// </summary>
    private static void AcceptAppliances(HttpsConnectionAdapterOptions https, SiteKeys keys)
    {
        https.ServerCertificate = keys.ServerCertificate;
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = static (_, _, _) => true;
        https.OnAuthenticate = (_, tls) =>
        {
            tls.ServerCertificateContext = keys.ServerCertificates;
            tls.CertificateChainPolicy = OfflinePolicy(keys);
        };
    }

    private static X509ChainPolicy OfflinePolicy(SiteKeys keys)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationFlags = X509VerificationFlags.AllFlags,
        };
        policy.CustomTrustStore.AddRange(keys.AuthoritiesInForce);
        return policy;
    }
}
