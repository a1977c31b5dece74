using EdgeCheckpoint.Central.Keys;

namespace EdgeCheckpoint.Central.Watchlists;

internal static class WatchlistsWiring
{
    public static IServiceCollection AddWatchlists(this IServiceCollection services) =>
        services
            .AddSingleton(static provider => WatchlistsOptions.Read(provider.GetRequiredService<DataFolder>()))
            .AddSingleton<ListImport>()
            .AddSingleton<DocumentImport>()
            .AddSingleton<ImportFolder>()
            .AddSingleton<ListDeltas>()
            .AddSingleton<ListPublication>();

    /// <summary>Takes files by itself while the server runs.</summary>
    public static IServiceCollection AddImportFolder(this IServiceCollection services) => services.AddHostedService<ImportFolderService>();
}
