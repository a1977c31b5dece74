using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;

namespace EdgeCheckpoint.Central.Storage;

internal static class StorageWiring
{
    /// <summary>The store of the data folder.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services) =>
        services.AddSingleton<ICentralStore>(static provider => new SqlCentralStore(SqliteDatabase.Open(
            provider.GetRequiredService<DataFolder>().DatabaseFile,
            provider.GetRequiredService<TimeProvider>().GetUtcNow())));

    /// <summary>What keeps the store in shape while the server runs.</summary>
    public static IServiceCollection AddStorageUpkeep(this IServiceCollection services) =>
        services.AddHostedService<StoreUpkeep>();
}
