using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;
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
        services.AddSingleton(static provider => new SuppressionInstaller(
            ReleaseStore.OfSuppressions(provider.GetRequiredService<DataFolder>()),
            provider.GetRequiredService<IContentKeyStore>(),
            provider.GetRequiredService<IDeviceKey>(),
            provider.GetRequiredService<PostKeyring>(),
            provider.GetRequiredService<SiteTrust>(),
            provider.GetRequiredService<ClockKeeper>()));
        services.AddSingleton<NewestKeeper>();
        services.AddSingleton<InstalledList>();
        services.AddHostedService<LeaseWatchService>();
        services.AddHostedService<CommonNamesService>();
        return services;
    }
}
