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
        services.AddSingleton(Scanner);
        return services;
    }

    private static IDocumentScanner Scanner(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ScannerOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        return options.Kind == ScannerKind.KeyboardWedge
            ? new WedgeDocumentScanner(options, time, provider.GetRequiredService<ILogger<WedgeDocumentScanner>>())
            : new SerialDocumentScanner(options, time, provider.GetRequiredService<ILogger<SerialDocumentScanner>>());
    }
}
