using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Observability;

/// <summary>Where metrics and traces go. Nowhere until an address is given.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>http or https address of a collector that speaks OTLP; empty sends nothing.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>"grpc" (usually port 4317) or "http" (usually port 4318).</summary>
    [RegularExpression("^(grpc|http)$")]
    public string Protocol { get; set; } = "grpc";

    /// <summary>Seconds between exports of metrics, 1 to 3,600.</summary>
    [Range(1, 3600)]
    public int IntervalSeconds { get; set; } = 60;

    /// <summary>Share of calls that are traced, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double TracedShare { get; set; } = 0.1;
}

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;

/// <summary>The address is one.</summary>
internal sealed class TelemetryAddressValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options) =>
        options.OtlpEndpoint.Length == 0
        || (Uri.TryCreate(options.OtlpEndpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Telemetry:OtlpEndpoint is no http or https address, such as http://127.0.0.1:4317.");
}
