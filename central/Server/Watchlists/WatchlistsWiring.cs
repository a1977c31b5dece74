namespace EdgeCheckpoint.Central.Watchlists;

internal static class WatchlistsWiring
{
    public static IServiceCollection AddWatchlists(this IServiceCollection services) =>
        services.AddSingleton<ListImport>().AddSingleton<DocumentImport>().AddSingleton<ListPublication>();
}
