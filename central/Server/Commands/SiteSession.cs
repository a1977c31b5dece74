using System.CommandLine;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Retention;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>What a command works with: the same services as the server's, on the same data folder.</summary>
internal sealed class SiteSession : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private SiteSession(ServiceProvider services) => _services = services;

    /// <summary>Opens the data folder of a command.</summary>
    /// <exception cref="CentralFault">It has not been made, or cannot be opened.</exception>
    public static SiteSession Open(ParseResult parsed)
    {
        var folder = FolderOf(parsed);
        if (!folder.Exists)
        {
            throw new CentralFault(
                $"There is no site in {folder.Root}; make one with: central-checkpoint init --data {folder.Root}");
        }

        return Open(folder);
    }

    public static SiteSession Open(DataFolder folder) => new(
        new ServiceCollection()
            .AddLogging(static logging => logging.SetMinimumLevel(LogLevel.None))
            .AddSingleton(TimeProvider.System)
            .AddKeys(folder)
            .AddStorage()
            .AddRetention()
            .AddAudit()
            .AddAppliances()
            .AddEncounters()
            .AddWatchlists()
            .AddPostPeople()
            .AddPeople()
            .BuildServiceProvider());

    public static DataFolder FolderOf(ParseResult parsed) => new(parsed.GetValue(CommonOptions.Data)!);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
