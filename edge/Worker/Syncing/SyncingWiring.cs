using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Syncing;

internal static class SyncingWiring
{
    internal static IServiceCollection AddSyncing(this IServiceCollection services)
    {
        services.AddOptions<SyncOptions>().BindConfiguration(SyncOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SyncOptions>, SyncOptionsValidator>();
        services.AddSingleton<IValidateOptions<SyncOptions>, SyncOptionsRelations>();
        services.AddSingleton<SyncMetrics>();
        services.AddSingleton<RefusedEpochs>();
        services.AddSingleton<CentralLink>();
        services.AddSingleton<CertificateWatch>();
        services.AddHostedService<RenewalService>();
        services.AddHostedService<PushService>();
        services.AddSingleton<RootSync>().AddSingleton<NewestSync>().AddSingleton<IReleaseSource, CentralReleases>().AddSingleton<BundleIntake>();
        services.AddSingleton<ReleaseSyncService>();
        services.AddHostedService(static provider => provider.GetRequiredService<ReleaseSyncService>());
        services.AddHostedService<BundleWatchService>();
        services.AddSingleton<CommandBook>();
        services.AddSingleton<CommandSyncService>();
        services.AddHostedService(static provider => provider.GetRequiredService<CommandSyncService>());
        services.AddHostedService<HeartbeatService>();
        services.AddHostedService<DoorbellService>();
        return services;
    }
}
