using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeCheckpoint.Worker.Observability;

internal static class ObservabilityWiring
{
    private const string ServiceName = "edge-checkpoint";

    /// <summary>Sends metrics and traces, only where the configuration names a collector.</summary>
    internal static IServiceCollection AddObservability(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryAddressValidator>();
        services.AddSingleton<ApplianceMetrics>();
        var options = configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        if (options.OtlpEndpoint.Length == 0 || new TelemetryAddressValidator().Validate(null, options).Failed)
            return services;
        services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddInstrumentation(static provider => provider.GetRequiredService<ApplianceMetrics>())
                .AddMeter(ApplianceMetrics.MeterName, SyncMetrics.MeterName, "System.Runtime")
                .AddOtlpExporter((exporter, reader) =>
                {
                    Point(exporter, options, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.IntervalSeconds * 1000;
                }))
            .WithTracing(traces => traces
                .AddSource(WorkerTraces.SourceName)
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracedShare)))
                .AddOtlpExporter(exporter => Point(exporter, options, "v1/traces")));

        // The collector learns which appliance it hears, and nothing that is not on its label.
        services.ConfigureOpenTelemetryMeterProvider(static (provider, metrics) => metrics.ConfigureResource(resource => Name(resource, provider)));
        services.ConfigureOpenTelemetryTracerProvider(static (provider, traces) => traces.ConfigureResource(resource => Name(resource, provider)));
        return services;
    }

    private static void Name(ResourceBuilder resource, IServiceProvider provider) =>
        resource.AddService(
            ServiceName, serviceVersion: ApplianceHealth.SoftwareVersion, serviceInstanceId: provider.GetRequiredService<ApplianceIdentity>().ApplianceId);

    private static void Point(OtlpExporterOptions exporter, TelemetryOptions options, string path)
    {
        var address = new Uri(options.OtlpEndpoint);
        exporter.Protocol = options.Protocol == "http" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

        // An address given in code is taken as it is, and over http each signal has a path of its own.
        exporter.Endpoint = options.Protocol == "http" ? new Uri(address, address.AbsolutePath.TrimEnd('/') + "/" + path) : address;
    }
}
