using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeCheckpoint.Central.Observability;

internal static class ObservabilityWiring
{
    private const string ServiceName = "central-checkpoint";

    /// <summary>Counts always; sends what is counted and traced only where the configuration names a collector.</summary>
    public static IServiceCollection AddObservability(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        services
            .AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>()
            .AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryAddressValidator>()
            .AddSingleton<Readiness>()
            .AddSingleton<OverdueWatch>()
            .AddHostedService(static provider => provider.GetRequiredService<OverdueWatch>());
        var options = configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        if (options.OtlpEndpoint.Length == 0 || new TelemetryAddressValidator().Validate(null, options).Failed)
            return services;
        services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService(ServiceName))
            .WithMetrics(metrics => metrics
                .AddMeter(CentralMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
                .AddOtlpExporter((exporter, reader) =>
                {
                    Point(exporter, options, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.IntervalSeconds * 1000;
                }))
            .WithTracing(traces => traces
                .AddSource(CentralTraces.SourceName)
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracedShare)))
                .AddOtlpExporter(exporter => Point(exporter, options, "v1/traces")));
        return services;
    }

    private static void Point(OtlpExporterOptions exporter, TelemetryOptions options, string path)
    {
        var address = new Uri(options.OtlpEndpoint);
        exporter.Protocol = options.Protocol == "http" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

        // An address given in code is taken as it is, and over http each signal has a path of its own.
        exporter.Endpoint = options.Protocol == "http" ? new Uri(address, address.AbsolutePath.TrimEnd('/') + "/" + path) : address;
    }
}
