namespace EdgeCheckpoint.Central.Keys;

internal static class KeysWiring
{
    /// <summary>The data folder and the keys in it, read when first needed.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services, DataFolder folder) =>
        services
            .AddSingleton(folder)
            .AddSingleton<RootPublication>()
            .AddSingleton(static provider => SiteKeys.Load(
                provider.GetRequiredService<DataFolder>(), provider.GetRequiredService<TimeProvider>().GetUtcNow()));

    /// <summary>What keeps the keys in shape while the server runs.</summary>
    public static IServiceCollection AddKeysUpkeep(this IServiceCollection services) =>
        services
            .AddSingleton<ServerCertificateUpkeep>()
            .AddHostedService(static provider => provider.GetRequiredService<ServerCertificateUpkeep>());
}
