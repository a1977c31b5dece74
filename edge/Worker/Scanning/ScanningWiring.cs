using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Scanners.KeyboardWedge;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Scanning;

[OptionsValidator]
internal sealed partial class ScannerOptionsValidator : IValidateOptions<ScannerOptions>;

internal static class ScanningWiring
{
    internal static IServiceCollection AddScanning(this IServiceCollection services)
    {
        services.AddOptions<ScannerOptions>().BindConfiguration(ScannerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScannerOptions>, ScannerOptionsValidator>();
        services.AddSingleton(static provider => Create(
            provider.GetRequiredService<IOptions<ScannerOptions>>().Value, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }

    /// <summary>The configured reader; nothing is opened before somebody reads from it.</summary>
    internal static IDocumentScanner Create(ScannerOptions options, TimeProvider time, ILoggerFactory loggers) => options.Kind == ScannerKind.KeyboardWedge
        ? new WedgeDocumentScanner(options, time, loggers.CreateLogger<WedgeDocumentScanner>())
        : new SerialDocumentScanner(options, time, loggers.CreateLogger<SerialDocumentScanner>());
}
