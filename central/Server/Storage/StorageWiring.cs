using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;

namespace EdgeCheckpoint.Central.Storage;

internal static class StorageWiring
{
    /// <summary>The store of the site: in the data folder, or where its options say.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services) =>
        services
            .AddSingleton(static provider => StorageOptions.Read(provider.GetRequiredService<DataFolder>()))
            .AddSingleton(static provider => OpenDatabase(
                provider.GetRequiredService<DataFolder>(),
                provider.GetRequiredService<StorageOptions>(),
                provider.GetRequiredService<TimeProvider>().GetUtcNow()))
            .AddSingleton<ICentralStore>(static provider => new SqlCentralStore(
                provider.GetRequiredService<ISqlDatabase>(), new ErasureLog(provider.GetRequiredService<DataFolder>().ErasuresFile)));

    /// <summary>What keeps the store in shape while the server runs.</summary>
    public static IServiceCollection AddStorageUpkeep(this IServiceCollection services) =>
        services.AddHostedService<StoreUpkeep>().AddHostedService<StoreListener>();

    public static ISqlDatabase OpenDatabase(DataFolder folder, StorageOptions options, DateTimeOffset now) =>
        options.Postgres.Length == 0
            ? SqliteDatabase.Open(RequireDatabase(folder), now)
            : PostgresDatabase.Open(
                PostgresAddress.Parse(options.Postgres, options.PasswordFile, options.ConnectionsMax), now, options.ConnectionsMax);

    /// <summary>
    /// The file of a site's database, which is made with the site. One that is missing was lost, or its disk is not there: an empty one in its place would
    /// take records of nobody and refuse every appliance.
    /// </summary>
    /// <exception cref="CentralFault">There is a site and no database.</exception>
    public static string RequireDatabase(DataFolder folder) =>
        !folder.Exists || File.Exists(folder.DatabaseFile)
            ? folder.DatabaseFile
            : throw new CentralFault(
                $"The site in {folder.Root} has lost its database: {folder.DatabaseFile} is missing. Put it back, or restore a backup with: "
                + "central-checkpoint restore --from FILE; where the store is PostgreSQL, name it with Storage:Postgres.");
}
