using EdgeCheckpoint.Core.Tests.Releases;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>One appliance's identity and keys, and journals of it in as many folders as a test needs.</summary>
internal sealed class JournalRig : IDisposable
{
    private readonly RootFixtures _site = new();
    private readonly string _root = Directory.CreateTempSubdirectory("edge-checkpoint-faults-").FullName;
    private readonly SiteTrust _trust;
    private readonly MachineClock _machine = new(Guid.NewGuid(), HasBatteryClock: true);
    private int _folders;

    internal JournalRig()
    {
        var home = NewFolder();
        SiteTrust.Begin(home, _site.Sign(_site.Root()));
        _trust = SiteTrust.Load(home);
        Identity = new ApplianceIdentity
        {
            ApplianceId = "ap-faults",
            PostName = "Utopia North",
            CentralAddress = "https://127.0.0.1:1",
            CertificateDer = [],
            Epoch = Guid.NewGuid(),
            TicketIssuedAt = Time.GetUtcNow().AddDays(-1),
        };
    }

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));

    internal ApplianceIdentity Identity { get; }

    internal JournalOptions Options { get; } = new() { BallastBytes = 0, HealthRecordsPerEpoch = 16 };

    internal DataFolder NewFolder() => new(Path.Combine(_root, $"{Interlocked.Increment(ref _folders)}"));

    internal JournalStore Open(DataFolder data) => new(
        data, Identity, _trust, new PostPeople(), NewClock(data), Microsoft.Extensions.Options.Options.Create(Options), new Roomy(), NullLogger<JournalStore>.Instance);

    /// <summary>A draft of a lane, with a sealed part where the lane has one.</summary>
    internal static RecordDraft Draft(Lane lane, Random random) => lane switch
    {
        Lane.Alerts => new RecordDraft(lane, RecordKind.Hit, "OFF-1") { EncounterId = Guid.NewGuid(), Personal = new PersonalPart { Note = new string('H', random.Next(200)) } },
        Lane.Encounters => new RecordDraft(lane, RecordKind.EncounterVerdict, "OFF-1") { EncounterId = Guid.NewGuid(), Personal = new PersonalPart { Note = new string('E', random.Next(1500)) } },
        Lane.Audit => new RecordDraft(lane, RecordKind.Viewed, "OFF-1"),
        _ => new RecordDraft(lane, RecordKind.Health, RecordDraft.Appliance),
    };

    public void Dispose()
    {
        _site.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private ClockKeeper NewClock(DataFolder data) => new(Time, data, Identity.TicketIssuedAt, _machine);

    private sealed class Roomy : IJournalDisk
    {
        public (long FreeBytes, long TotalBytes) Space() => (1L << 30, 2L << 30);
    }
}
