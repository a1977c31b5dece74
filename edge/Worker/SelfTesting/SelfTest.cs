using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.SelfTesting;

/// <summary>
/// The self-test of a running appliance: storage, clock, keys, reader, signature of the list, and the specimen that must be found in it. Each run is
/// a record of its own kind, none an encounter.
/// </summary>
internal sealed class SelfTest(
    DataFolder data,
    JournalStore journal,
    ClockKeeper clock,
    CredentialBook credentials,
    PostKeyring keyring,
    IDocumentScanner scanner,
    ReleaseStore lists,
    SiteTrust trust,
    InstalledList list,
    SelfTestBook book,
    EncounterBook encounters,
    TimeProvider time,
    ILogger<SelfTest> logger)
{
    private readonly Lock _gate = new();

    /// <summary>Tests everything, one run at a time.</summary>
    /// <param name="actor">Who began the shift; the appliance otherwise.</param>
    internal SelfTestReport Run(SelfTestOccasion occasion, string actor)
    {
        lock (_gate)
        {
            var report = new SelfTestReport(occasion, time.GetUtcNow(),
            [
                SelfTestParts.Storage(data, journal.Problem ?? journal.StopNotice ?? "", time),
                SelfTestParts.Clock(clock.Read()),
                SelfTestParts.Keys(() => credentials.InUse),
                SelfTestParts.Reader(scanner.Health),
                SelfTestParts.Signature(lists, trust),
                SelfTestParts.Search(list, keyring.IsSettled),
            ]);
            var before = book.Latest;
            book.Latest = report;

            // What is tried again and has not changed is nothing new.
            if (occasion != SelfTestOccasion.Again || before?.Results != report.Results)
            {
                journal.Note(report.ToDraft(actor, list.Current?.Metadata.Version), logger);
                logger.SelfTested(report.Results);
            }

            encounters.Refresh();
            return report;
        }
    }
}
