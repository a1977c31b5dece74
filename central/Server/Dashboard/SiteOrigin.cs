using System.Net;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>The one origin under which staff open the pages, and what follows from it.</summary>
/// <remarks>
/// Without Dashboard:Origin the pages are for this machine: http://localhost. Browsers give passkeys to localhost and to
/// https names, never to an address such as 127.0.0.1 (Web Authentication §5.1.3, effective domain).
/// </remarks>
internal sealed class SiteOrigin
{
    private const string Loopback = "localhost";

    private readonly string? _origin;
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public SiteOrigin(HostSettings settings, DashboardOptions options)
    {
        IsHttps = settings.DashboardCertificate is not null || options.Origin.Length > 0;
        IsBehindProxy = options.Origin.Length > 0;
        if (options.Origin.Length > 0)
        {
            var origin = new Uri(options.Origin);
            _origin = origin.GetLeftPart(UriPartial.Authority);
            Domain = origin.IdnHost;
            _hosts.Add(origin.IdnHost);
        }

        if (IPAddress.IsLoopback(CentralHost.AddressOf(settings.DashboardUrl)))
            _hosts.UnionWith([Loopback, "127.0.0.1", "[::1]"]);
        else if (_origin is null)
            _hosts.Add(settings.DashboardUrl.Host);
    }

    /// <summary>True when browsers reach the pages by https only.</summary>
    public bool IsHttps { get; }

    /// <summary>True when forwarded headers of the configured proxies are believed.</summary>
    public bool IsBehindProxy { get; }

    /// <summary>Identifier of the relying party of passkeys.</summary>
    public string Domain { get; } = Loopback;

    /// <summary>True for a Host header under which the pages are served.</summary>
    public bool Serves(string host) => _hosts.Contains(host);

    /// <summary>The origin that a browser must name in what it signs.</summary>
    public string Expected(HttpContext http) =>
        _origin ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(IsHttps ? "https" : "http")}://{Loopback}:{http.Connection.LocalPort}");
}
