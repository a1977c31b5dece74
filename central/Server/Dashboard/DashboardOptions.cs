using System.Net;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Where staff reach the pages.</summary>
internal sealed class DashboardOptions
{
    public const string Section = "Dashboard";

    /// <summary>
    /// What stands in the browser's address line, such as https://central.example; empty when the pages are opened on this
    /// machine. Passkeys belong to its host, cookies are secure when it is https, and other Host headers are refused.
    /// </summary>
    public string Origin { get; set; } = "";

    /// <summary>
    /// Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Without <see cref="Origin"/> nobody's are.
    /// </summary>
    public string[] Proxies { get; set; } = ["127.0.0.1", "::1"];
}

/// <summary>An origin is a scheme and a host; a proxy is an address.</summary>
internal sealed class DashboardOptionsValidator : IValidateOptions<DashboardOptions>
{
    public ValidateOptionsResult Validate(string? name, DashboardOptions options)
    {
        if (options.Origin.Length > 0
            && (!Uri.TryCreate(options.Origin, UriKind.Absolute, out var origin) || origin.Scheme != Uri.UriSchemeHttps || origin.PathAndQuery != "/"))
        {
            return ValidateOptionsResult.Fail($"Dashboard:Origin takes an https address without a path, such as https://central.example, not {options.Origin}.");
        }

        return options.Proxies.FirstOrDefault(static proxy => !IPAddress.TryParse(proxy, out _)) is { } wrong
            ? ValidateOptionsResult.Fail($"Dashboard:Proxies takes addresses, not {wrong}.")
            : ValidateOptionsResult.Success;
    }
}
