using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>
/// What happens once, before anybody has signed in: (1) read the accounts, so that people can sign in and records are sealed
/// to the appliance too, (2) journal the start. The list stays closed (<see cref="OpeningService"/>).
/// </summary>
internal sealed class StartService(
    PeopleInstaller installer, PostPeople people, JournalStore journal, InstalledList list, ILogger<StartService> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (OpenAccounts().TryGet(out var accounts, out var failure))
        {
            people.Switch(accounts);
            People.Log.PeopleInUse(logger, accounts.Version, accounts.Accounts.Length);
        }
        else if (installer.Store.HighestEver() > 0)
        {
            people.Report($"the accounts of this post cannot be read ({failure.Reason}); call the technician");
            People.Log.NoPeople(logger, failure.ToString());
        }

        list.Report(LeasedKeys.Closed);
        // On a full card the page comes up all the same, and says that nothing can be recorded.
        journal.Note(new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance), logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Result<PeopleContent, ReleaseFailure> OpenAccounts()
    {
        try
        {
            return installer.OpenInstalled();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new ReleaseFailure(ReleaseStage.Content, fault.Message);
        }
    }
}
