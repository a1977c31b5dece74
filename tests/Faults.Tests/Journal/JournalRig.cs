using System.Security.Cryptography;
using EdgeCheckpoint.Core.Tests.Records;
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
    private readonly ECDiffieHellman _recordKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly RootFixtures _site;
    private readonly string _root = Directory.CreateTempSubdirectory("edge-checkpoint-faults-").FullName;
    private readonly SiteTrust _trust;
    private readonly MachineClock _machine = new(Guid.NewGuid(), HasBatteryClock: true);
    private int _folders;

    internal JournalRig()
    {
        _site = new RootFixtures(_recordKey);
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

    internal ScriptedDisk Disk { get; } = new();

    internal DataFolder NewFolder() => new(Path.Combine(_root, $"{Interlocked.Increment(ref _folders)}"));

    internal JournalStore Open(DataFolder data) => new(
        data, Identity, _trust, new PostPeople(), NewClock(data), Microsoft.Extensions.Options.Options.Create(Options), Disk, NullLogger<JournalStore>.Instance);

    /// <summary>A draft of a lane, with a sealed part where the lane has one.</summary>
    internal static RecordDraft Draft(Lane lane, Random random) => lane switch
    {
        Lane.Alerts => new RecordDraft(lane, RecordKind.Hit, "OFF-1") { EncounterId = Guid.NewGuid(), Personal = new PersonalPart { Note = new string('H', random.Next(200)) } },
        Lane.Encounters => new RecordDraft(lane, RecordKind.EncounterVerdict, "OFF-1") { EncounterId = Guid.NewGuid(), Personal = new PersonalPart { Note = new string('E', random.Next(1500)) } },
        Lane.Audit => new RecordDraft(lane, RecordKind.Viewed, "OFF-1"),
        _ => new RecordDraft(lane, RecordKind.Health, RecordDraft.Appliance) { Personal = new PersonalPart { Note = new string('S', random.Next(600)) } },
    };

    /// <summary>For whom a record is sealed that central opens.</summary>
    internal byte[] RecordKeySpki => _recordKey.ExportSubjectPublicKeyInfo();

    /// <summary>Opens a record as central does.</summary>
    internal string NoteOf(Guid recordId, ReadOnlyMemory<byte> header, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> wrappedForCentral)
    {
        // Not disposed: the key is the site's.
        var key = new MemoryKeyAgreement(_recordKey);
        Assert.True(SealedRecord.Open(key, wrappedForCentral, header, ciphertext).TryGet(out var personal, out var failure), $"record {recordId}: {failure}");
        return PersonalPart.Decode(personal).Value.Note;
    }

    public void Dispose()
    {
        _site.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private ClockKeeper NewClock(DataFolder data) => new(Time, data, Identity.TicketIssuedAt, _machine);

}

/// <summary>A disk that is as full as a test says.</summary>
internal sealed class ScriptedDisk : IJournalDisk
{
    internal int UsedPercent { get; set; } = 50;

    public (long FreeBytes, long TotalBytes) Space() => ((100L - UsedPercent) << 20, 100L << 20);
}
