using EdgeCheckpoint.Devices.Scanners;
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
        services.AddSingleton<IDocumentScanner>(static provider => new SerialDocumentScanner(
            provider.GetRequiredService<IOptions<ScannerOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SerialDocumentScanner>>()));
        return services;
    }
}
