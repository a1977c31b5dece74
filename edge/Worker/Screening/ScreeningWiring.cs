using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Screening;

internal static class ScreeningWiring
{
    internal static IServiceCollection AddScreening(this IServiceCollection services)
    {
        services.AddOptions<ScreeningOptions>().BindConfiguration(ScreeningOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScreeningOptions>, ScreeningOptionsValidator>();
        services.AddSingleton<IContentKeyStore, ContentKeyFiles>();
        services.AddSingleton(static provider => ReleaseStore.OfLists(provider.GetRequiredService<DataFolder>()));
        services.AddSingleton<ReleaseInstaller>();
        services.AddSingleton<InstalledList>();
        services.AddHostedService<LeaseWatchService>();
        services.AddHostedService<CommonNamesService>();
        return services;
    }
}
