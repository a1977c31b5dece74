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
            .AddSingleton<ContentKeyLeases>()
            .AddSingleton<NewestStatements>()
            .AddSingleton<ReleaseBundles>()
            .AddSingleton<ReleaseContents>()
            .AddSingleton<ListDeltas>()
            .AddSingleton<DocumentCompilation>()
            .AddSingleton<ReportedDocuments>()
            .AddSingleton<ListPublication>()
            .AddSingleton<SuppressionPublication>()
            .AddSingleton<EntryDesk>()
            .AddSingleton<DocumentDesk>()
            .AddSingleton<EntryTerms>()
            .AddSingleton<DelistingProgressReader>()
            .AddSingleton<LikelyDuplicates>();

    /// <summary>Warns of what ends, and follows suppressions, while the server runs.</summary>
    public static IServiceCollection AddEntryWatch(this IServiceCollection services) =>
        services.AddSingleton<EntryWatch>().AddHostedService(static provider => provider.GetRequiredService<EntryWatch>());

    /// <summary>Takes files by itself while the server runs.</summary>
    public static IServiceCollection AddImportFolder(this IServiceCollection services) => services.AddHostedService<ImportFolderService>();
}
