using System.Data.Common;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Looks into the import folder while the server runs, where there is one.</summary>
internal sealed class ImportFolderService(
    ImportFolder folder, WatchlistsOptions options, TimeProvider time, ILogger<ImportFolderService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.ImportFolder.Length == 0)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await folder.PassAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DbException)
            {
                Log.FolderFailed(logger, fault.Message);
            }
        }
    }
}
