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
}
