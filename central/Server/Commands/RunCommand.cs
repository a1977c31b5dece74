using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Runs the server.</summary>
internal sealed class RunCommand : ICommandPart
{
    private readonly Option<string> _grpc = new("--grpc-url")
    {
        Description = "Where appliances connect: https, an address of this machine, a port (0 for any free one).",
        DefaultValueFactory = static _ => "https://127.0.0.1:7443",
        HelpName = "URL",
    };

    private readonly Option<string> _dashboard = new("--dashboard-url")
    {
        Description = "Where staff open the pages. Plain http is for loopback only.",
        DefaultValueFactory = static _ => "http://127.0.0.1:7480",
        HelpName = "URL",
    };

    private readonly Option<FileInfo?> _certificate = new("--dashboard-certificate")
    {
        Description = "Certificate of the dashboard for an https URL (PEM).",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _key = new("--dashboard-key")
    {
        Description = "Private key of that certificate (PEM); readable by its owner alone.",
        HelpName = "FILE",
    };

    public Command Build()
    {
        var command = new Command(
            "run",
            "Run the server until Ctrl-C. Makes the site first when there is none. Prints two lines on standard output once it "
            + "listens; the log goes to standard error.")
        {
            _grpc, _dashboard, _certificate, _key,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new HostSettings
        {
            Folder = SiteSession.FolderOf(parsed),
            GrpcUrl = UrlOf(parsed, _grpc),
            DashboardUrl = UrlOf(parsed, _dashboard),
            DashboardCertificate = ReadCertificate(parsed.GetValue(_certificate), parsed.GetValue(_key)),
        };
        Check(settings);
        await InitCommand.CreateAsync(settings.Folder, null, null, CommonOptions.ActorOf(parsed), cancellationToken);
        using var alone = Keys.FolderLock.Take(settings.Folder);
        await using var app = CentralHost.Build(settings);
        var (grpc, dashboard) = await CentralHost.StartAsync(app, settings, cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        await output.WriteLineAsync($"gRPC listening on {grpc.ToString().TrimEnd('/')}");
        await output.WriteLineAsync($"Dashboard listening on {dashboard.ToString().TrimEnd('/')}");
        await output.FlushAsync(cancellationToken);
        try
        {
            await app.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: the host has stopped in good order by the time this is thrown.
        }

        return CentralCommandLine.Done;
    }

    private static void Check(HostSettings settings)
    {
        if (settings.GrpcUrl.Scheme != Uri.UriSchemeHttps)
            throw new CentralFault($"Appliances are served over https only; write --grpc-url https://… instead of {settings.GrpcUrl}.");
        var isPlain = settings.DashboardUrl.Scheme == Uri.UriSchemeHttp;
        if (isPlain && !IPAddress.IsLoopback(CentralHost.AddressOf(settings.DashboardUrl)))
        {
            throw new CentralFault(
                $"The dashboard would send passphrases in the clear at {settings.DashboardUrl}; give an https --dashboard-url "
                + "with --dashboard-certificate and --dashboard-key, or keep it on loopback behind a proxy.");
        }

        if (isPlain == settings.DashboardCertificate is not null)
        {
            throw new CentralFault(
                isPlain
                    ? $"--dashboard-certificate goes with an https --dashboard-url, not with {settings.DashboardUrl}."
                    : $"{settings.DashboardUrl} needs --dashboard-certificate and --dashboard-key.");
        }

        CentralHost.AddressOf(settings.GrpcUrl);
    }

    private static Uri UrlOf(ParseResult parsed, Option<string> option) =>
        Uri.TryCreate(parsed.GetValue(option), UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new CentralFault($"{option.Name} takes a URL such as https://127.0.0.1:7443, not {parsed.GetValue(option)}.");

    private static X509Certificate2? ReadCertificate(FileInfo? certificate, FileInfo? key)
    {
        if (certificate is null && key is null)
            return null;
        if (certificate is null || key is null)
            throw new CentralFault("--dashboard-certificate and --dashboard-key go together.");
        try
        {
            using var read = X509Certificate2.CreateFromPem(
                File.ReadAllText(certificate.FullName), System.Text.Encoding.ASCII.GetString(Keys.PrivateFiles.Read(key.FullName)));
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault(
                $"The certificate {certificate} with the key {key} cannot be read ({fault.Message.TrimEnd('.')}); both are PEM files.",
                fault);
        }
    }
}
