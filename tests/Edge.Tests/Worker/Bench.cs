using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Core.Tests.Releases;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>The parts of an appliance put together by hand in a temporary folder, with keys and a clock of the test's own.</summary>
internal sealed class Bench : IDisposable
{
    internal static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-checkpoint-bench-").FullName;
    private readonly byte[] _deviceHalf = RandomNumberGenerator.GetBytes(PostSecret.HalfLength);
    private readonly byte[] _personHalf = RandomNumberGenerator.GetBytes(PostSecret.HalfLength);
    private readonly LoneMeters _meters = new();
    private readonly PrivateScalar _officerKey = PrivateScalar.Create();
    private readonly PostAccount _officer;
    private JournalStore? _journal;
    private TamperLatch? _tamper;
    private LeaseHold? _leaseHold;
    private InspectionHold? _hold;
    private ClimateWatch? _climate;
    private PowerWatch? _power;
    private OrderlyStop? _stop;
    private ServiceMode? _service;
    private OfferedBadge? _badge;
    private CredentialBook? _credentials;
    private CentralLink? _link;

    internal Bench()
    {
        Data = new DataFolder(_folder);
        KeyStore = new DeviceKeyFiles(Data, seal: null, Time);
        Key = KeyStore.LoadOrCreate();
        _officer = NewOfficer(_officerKey);
        Identity = new ApplianceIdentity
        {
            ApplianceId = "ap-bench",
            PostName = "Utopia North",
            CentralAddress = "https://127.0.0.1:1",
            CertificateDer = SelfSigned(Key),
            Epoch = Guid.NewGuid(),
            TicketIssuedAt = Start.AddDays(-1),
        };
        SiteTrust.Begin(Data, Site.Sign(Site.Root()));
        Trust = SiteTrust.Load(Data);
        Keys = new ContentKeyFiles(Data);
        Releases = ReleaseStore.OfLists(Data);
        People.Switch(NewAccounts(1, _officer));
        Encounters = new EncounterBook(Time);
        Clock = NewClock();
        List = new InstalledList(Options.Create(new ScreeningOptions()), Newest, Clock);
        Session = new CounterSession(Time);
        OpenKeys();
        SignIn();
    }

    internal FakeTimeProvider Time { get; } = new(Start);

    internal DataFolder Data { get; }

    internal ApplianceIdentity Identity { get; }

    /// <summary>The people who hold the site's keys.</summary>
    internal RootFixtures Site { get; } = new();

    internal SiteTrust Trust { get; }

    internal IDeviceKeyStore KeyStore { get; }

    internal IDeviceKey Key { get; }

    internal CredentialBook Credentials => _credentials ??= new CredentialBook(Data, Identity, KeyStore);

    /// <summary>A link to a central that nobody answers for.</summary>
    internal CentralLink Link => _link ??= new CentralLink(
        Identity, Trust, Credentials, Clock, Time, Options.Create(new SyncOptions()), new SyncMetrics(_meters), NullLogger<CentralLink>.Instance);

    internal ContentKeyFiles Keys { get; }

    internal ReleaseStore Releases { get; set; }

    internal InstalledList List { get; }

    internal EncounterBook Encounters { get; private set; }

    internal CounterSession Session { get; }

    internal PostPeople People { get; } = new();

    internal OfferedBadge Badge => _badge ??= new OfferedBadge(Time);

    internal PostKeyring Keyring { get; private set; } = new();

    internal ClockKeeper Clock { get; private set; }

    internal JournalStore Journal => _journal ??= new JournalStore(Data, Identity, Trust, People, Clock, Options.Create(JournalOptions), Disk, NullLogger<JournalStore>.Instance);

    /// <summary>Without ballast, unless a test asks for some.</summary>
    internal JournalOptions JournalOptions { get; } = new() { BallastBytes = 0 };

    /// <summary>A disk that is as full as a test says.</summary>
    internal ScriptedDisk Disk { get; } = new();

    internal ReleaseInstaller Installer => new(Releases, Keys, Key, Keyring, Trust, Clock);

    internal NewestKeeper Newest => new(Data, Trust, Clock);

    internal SuppressionInstaller SuppressionInstaller => new(ReleaseStore.OfSuppressions(Data), Keys, Key, Keyring, Trust, Clock);

    internal PeopleInstaller PeopleInstaller => new(ReleaseStore.OfPeople(Data), Keys, Key, Identity, Trust, Clock);

    internal InspectionPipeline Pipeline => new(
        List, Journal, Encounters, Session, Clock, Options.Create(Inspection), NullLogger<InspectionPipeline>.Instance);

    internal InspectionOptions Inspection { get; } = new();

    internal DecisionDesk Desk => new(Encounters, Journal, Session, List, Clock, NullLogger<DecisionDesk>.Instance);

    /// <summary>What is fitted beside the reader.</summary>
    internal ScriptedBoard Board { get; } = new();

    internal EnclosureOptions Enclosure { get; } = new();

    internal TamperLatch Tamper => _tamper ??= new TamperLatch(Data);

    internal InspectionHold Hold => _hold ??= new InspectionHold(Encounters);

    internal KeyCustody Custody => new(Keyring, List, Encounters, Session);

    internal ClimateWatch Climate => _climate ??= new ClimateWatch(Board, Hold, Journal, Options.Create(Enclosure), Time, NullLogger<ClimateWatch>.Instance);

    internal ScriptedLifetime Lifetime { get; } = new();

    internal OrderlyStop Stop => _stop ??= new OrderlyStop(Journal, Lifetime, Time, NullLogger<OrderlyStop>.Instance) { Exit = Exits.Add };

    /// <summary>Codes with which the program would have been ended by force.</summary>
    internal List<int> Exits { get; } = [];

    internal PowerWatch Power => _power ??= new PowerWatch(
        Board, new BoardOptions { Supply = new SupplyOptions() }, Hold, Journal, Stop,
        Options.Create(Enclosure), Time, NullLogger<PowerWatch>.Instance);

    internal ServiceMode Service => _service ??= new ServiceMode(
        Data, Board, Custody, Journal, Clock, Options.Create(Enclosure), NullLogger<ServiceMode>.Instance);

    internal LeaseHold LeaseHold => _leaseHold ??= new LeaseHold(Tamper, Options.Create(Enclosure));

    internal TamperResponse Response(Action<string>? step = null) => new(
        Tamper, new ContentKeyDestruction(Data, step), LeaseHold, Custody, Journal, Clock, Options.Create(Enclosure), NullLogger<TamperResponse>.Instance);

    /// <summary>Kinds of what lies unsent in a lane, in order.</summary>
    internal RecordKind[] Written(Lane lane) =>
        [.. (Journal.ReadUnsent(lane)?.Records ?? []).Select(static record => RecordHeader.Parse(record.Header).Value.Kind)];

    internal MachineClock Machine { get; } = new(Guid.NewGuid(), HasBatteryClock: true);

    internal ClockKeeper NewClock() => Clock = new ClockKeeper(Time, Data, Identity.TicketIssuedAt, Machine);

    /// <summary>A clock by another time than the bench's.</summary>
    internal ClockKeeper UseClock(TimeProvider time) => Clock = new ClockKeeper(time, Data, Identity.TicketIssuedAt, Machine);

    /// <summary>The clock after the power was off.</summary>
    internal ClockKeeper NewBoot() =>
        Clock = new ClockKeeper(Time, Data, Identity.TicketIssuedAt, new MachineClock(Guid.NewGuid(), HasBatteryClock: true));

    /// <summary>Signs the officer of the bench in, as if the counter had.</summary>
    internal void SignIn() => Session.Begin(new SignedInPerson(_officer.StaffNumber, _officer.Name, _officer.Role), "bench");

    /// <summary>Another officer signs in at the same counter.</summary>
    internal void SignIn(string staffNumber) => Session.Begin(new SignedInPerson(staffNumber, "Another Officer", _officer.Role), "bench");

    /// <summary>Opens the keys of list and journal, as the first sign-in after a start does.</summary>
    internal void OpenKeys() => OpenKeys(Keyring);

    /// <summary>The same with another keyring, of a service that a test starts itself.</summary>
    internal void OpenKeys(PostKeyring keyring) => Assert.Null(keyring.Open(People.Current!, People.Current!.Accounts[0], _officerKey));

    /// <summary>The accounts of the bench's post.</summary>
    internal PeopleContent NewAccounts(ulong version, params ImmutableArray<PostAccount> accounts)
    {
        using var secret = new PostSecret(_deviceHalf, _personHalf, Identity.ApplianceId);
        using var journal = secret.JournalKey();
        return new PeopleContent
        {
            ApplianceId = Identity.ApplianceId,
            Version = version,
            IssuedAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(Time.GetUtcNow()),
            DeviceHalf = _deviceHalf,
            JournalPublicKeySpki = journal.PublicKeySpki,
            Accounts = [.. accounts.Select(account => account.Role.SeesTravellers()
                ? account with { Grant = KeyWrap.Wrap(account.PublicKeySpki.Span, _personHalf, PostSecret.HalfContext(Identity.ApplianceId)) }
                : account)],
        };
    }

    private static byte[] SelfSigned(IDeviceKey key)
    {
        var request = new CertificateRequest("CN=ap-bench", key.SigningKey, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Start.AddDays(-1), Start.AddDays(90));
        return certificate.RawData;
    }

    /// <summary>An account whose secret nobody stretches: the tests of sign-in make their own.</summary>
    private static PostAccount NewOfficer(PrivateScalar key) => new()
    {
        StaffNumber = "OFF-1",
        Name = "A. Marlow",
        Role = PostRole.Officer,
        Method = SignInMethod.Passphrase,
        Stretching = KeyStretching.Create(),
        PublicKeySpki = key.PublicKeySpki,
        SealedPrivateKey = new byte[60],
    };

    /// <summary>As after a restart: the journal is closed and opened, nothing is in memory, and the keys are closed.</summary>
    internal void Restart()
    {
        Keyring.Dispose();
        Keyring = new PostKeyring();
        Session.End();
        _journal?.Dispose();
        _journal = null;
        Encounters = new EncounterBook(Time);
        (_tamper, _leaseHold, _hold, _climate, _power, _service) = (null, null, null, null, null, null);
    }

    /// <summary>Segments of stolen documents that the releases to come have, by name.</summary>
    internal List<(string Name, byte[] Content)> Documents { get; } = [];

    /// <summary>A signed and sealed release of these entries, its segment in the staging place.</summary>
    internal (SignedMetadata Release, ReleaseMetadata Metadata, string Staged) Release(ulong version, params WatchlistEntry[] entries) =>
        Release(version, entries, null);

    /// <summary>The same with a delta from the list before, both segments in their staging places.</summary>
    /// <param name="before">Version and entries of the list before; null for none.</param>
    /// <param name="change">Spoils the metadata before it is signed.</param>
    /// <param name="changeDelta">Spoils the delta before it is sealed.</param>
    internal (SignedMetadata Release, ReleaseMetadata Metadata, string Staged) Release(
        ulong version,
        WatchlistEntry[] entries,
        (ulong Version, WatchlistEntry[] Entries)? before,
        Func<ReleaseMetadata, byte[]>? change = null,
        Func<byte[], byte[]>? changeDelta = null)
    {
        var compiledAt = ClockReading.ToUnixMicroseconds(Time.GetUtcNow());
        var package = WatchlistPackageWriter.Write(entries, version, compiledAt, "Utopia", RandomNumberGenerator.GetBytes(16));
        var contentKey = RandomNumberGenerator.GetBytes(32);
        var releaseId = Guid.NewGuid();
        using var secret = new PostSecret(_deviceHalf, _personHalf, Identity.ApplianceId);
        var sealedBytes = SegmentSeal.Seal(contentKey, releaseId, 0, package);
        List<(ReleaseSegment Segment, byte[] Sealed)> segments =
            [(new ReleaseSegment(ReleaseMetadata.BaseSegment, package.Length, sealedBytes.Length, SHA256.HashData(sealedBytes)), sealedBytes)];
        if (before is var (from, old))
        {
            var former = WatchlistPackage.Open(new MemorySectionSource(WatchlistPackageWriter.Write(old, from, compiledAt, "Utopia", new byte[16]))).Value;
            var delta = EntryDelta.Between(former, entries.ToDictionary(static entry => entry.EntryId, EntryRecord.Encode)).Encode(ZstdFrames.Pack);
            delta = changeDelta?.Invoke(delta) ?? delta;
            var sealedDelta = SegmentSeal.Seal(contentKey, releaseId, 1, delta);
            segments.Add((new ReleaseSegment(ReleaseMetadata.DeltaSegment(from), delta.Length, sealedDelta.Length, SHA256.HashData(sealedDelta)), sealedDelta));
        }

        foreach (var (name, content) in Documents)
        {
            var sealedContent = SegmentSeal.Seal(contentKey, releaseId, segments.Count, content);
            segments.Add((new ReleaseSegment(name, content.Length, sealedContent.Length, SHA256.HashData(sealedContent)), sealedContent));
        }

        secret.Cover(releaseId, contentKey);
        Assert.True(WatchlistPackage.Open(new MemorySectionSource(package)).TryGet(out var opened, out var failure), failure?.ToString());
        var metadata = new ReleaseMetadata
        {
            Kind = ReleaseKind.Watchlist,
            ReleaseId = releaseId,
            Version = version,
            IssuedAtUnixMicroseconds = compiledAt,
            ExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(Time.GetUtcNow().AddDays(30)),
            StateRoot = opened.Info.StateRoot,
            Segments = [.. segments.Select(static item => item.Segment)],
        };
        foreach (var (segment, bytes) in segments)
            File.WriteAllBytes(Releases.StagingPath(segment), bytes);
        return Stage(Releases, metadata, contentKey, sealedBytes, change);
    }

    /// <summary>A signed and sealed release of these accounts, its segment in the staging place.</summary>
    /// <param name="change">Spoils the metadata before it is signed.</param>
    internal (SignedMetadata Release, ReleaseMetadata Metadata, string Staged) ReleasePeople(
        PeopleContent people, Func<ReleaseMetadata, byte[]>? change = null)
    {
        var plain = people.Encode();
        var contentKey = RandomNumberGenerator.GetBytes(32);
        var releaseId = Guid.NewGuid();
        var sealedBytes = SegmentSeal.Seal(contentKey, releaseId, 0, plain);
        var metadata = new ReleaseMetadata
        {
            Kind = ReleaseKind.People,
            ReleaseId = releaseId,
            Version = people.Version,
            IssuedAtUnixMicroseconds = people.IssuedAtUnixMicroseconds,
            ExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(Time.GetUtcNow().AddDays(90)),
            StateRoot = PeopleContent.RootOf(plain),
            Segments = [new ReleaseSegment("people", plain.Length, sealedBytes.Length, SHA256.HashData(sealedBytes))],
        };
        return Stage(ReleaseStore.OfPeople(Data), metadata, contentKey, sealedBytes, change);
    }

    /// <summary>A signed and sealed suppression of these entries, its segment in the staging place.</summary>
    /// <param name="segment">Name of its segment; the role may sign no other than the right one.</param>
    internal (SignedMetadata Release, ReleaseMetadata Metadata, string Staged) ReleaseSuppression(
        ulong version, string segment = ReleaseMetadata.RemovalsSegment, params (string EntryId, DateTimeOffset LapsesAt)[] removals)
    {
        var plain = Removals.Of(removals.Select(static item => new Removal(item.EntryId, ClockReading.ToUnixMicroseconds(item.LapsesAt)))).Encode();
        var contentKey = RandomNumberGenerator.GetBytes(32);
        var releaseId = Guid.NewGuid();
        using var secret = new PostSecret(_deviceHalf, _personHalf, Identity.ApplianceId);
        var sealedBytes = SegmentSeal.Seal(contentKey, releaseId, 0, plain);
        secret.Cover(releaseId, contentKey);
        var metadata = new ReleaseMetadata
        {
            Kind = ReleaseKind.Suppression,
            ReleaseId = releaseId,
            Version = version,
            IssuedAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(Time.GetUtcNow()),
            ExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(Time.GetUtcNow().AddDays(365)),
            StateRoot = Removals.StateRootOf(plain),
            Segments = [new ReleaseSegment(segment, plain.Length, sealedBytes.Length, SHA256.HashData(sealedBytes))],
        };
        return Stage(ReleaseStore.OfSuppressions(Data), metadata, contentKey, sealedBytes);
    }

    private (SignedMetadata Release, ReleaseMetadata Metadata, string Staged) Stage(
        ReleaseStore store, ReleaseMetadata metadata, byte[] contentKey, byte[] sealedBytes, Func<ReleaseMetadata, byte[]>? change = null)
    {
        var staged = store.StagingPath(metadata.Segments[0]);
        File.WriteAllBytes(staged, sealedBytes);
        Keys.Keep(metadata.ReleaseId, new LeasedContentKey(
            KeyWrap.Wrap(Key.PublicKeySpki.Span, contentKey, SegmentSeal.KeyContext(metadata.ReleaseId)), Time.GetUtcNow().AddDays(14)));
        var bytes = change?.Invoke(metadata) ?? metadata.Encode();
        var role = SigningRoles.Of(metadata.Kind);
        var release = SignedMetadata.From(bytes, Site.Keys(role).Select(key => RootFixtures.Sign(key, bytes)));
        return (release, metadata, staged);
    }

    /// <summary>Installs a list of these entries and takes it into use.</summary>
    internal void Install(ulong version, params WatchlistEntry[] entries)
    {
        var (release, metadata, staged) = Release(version, entries);
        Assert.True(Installer.Install(release, metadata, ReleaseMetadata.BaseSegment, staged, null).TryGet(out var generation, out var failure), failure?.ToString());
        List.Switch(generation);
    }

    /// <summary>Brings the list in use to these entries by a delta.</summary>
    internal void InstallDelta(ulong version, WatchlistEntry[] before, params WatchlistEntry[] entries)
    {
        var current = List.Current!;
        var (release, metadata, _) = Release(version, entries, (current.Metadata.Version, before));
        Assert.True(TryDelta(release, metadata).TryGet(out var generation, out var failure), failure?.ToString());
        List.Switch(generation);
    }

    /// <summary>Installs a release by the delta for the list in use.</summary>
    internal Result<ListGeneration, ReleaseFailure> TryDelta(SignedMetadata release, ReleaseMetadata metadata)
    {
        var (_, segment) = metadata.Find(ReleaseMetadata.DeltaSegment(List.Current!.Metadata.Version))!.Value;
        return Installer.Install(release, metadata, segment.Name, Releases.StagingPath(segment), List.Current);
    }

    /// <summary>From here on every write of the journal fails, as on a full card; reading goes on.</summary>
    internal void FillUp()
    {
        using var connection = new SqliteConnection($"Data Source={Journal.FilePath};Pooling=False");
        connection.Open();
        JournalDatabase.Execute(connection, "CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'full'); END");
    }

    internal static WatchlistEntry Entry(string id, string name, string birth, RequestedAction action = RequestedAction.Inquire, params ImmutableArray<ClearedTraveller> cleared) =>
        Entry(id, name, birth, new DateOnly(2099, 12, 31), action, cleared);

    internal static WatchlistEntry Entry(
        string id, string name, string birth, DateOnly expiresOn, RequestedAction action = RequestedAction.Inquire, ImmutableArray<ClearedTraveller> cleared = default)
    {
        Assert.True(PartialDate.TryParse(birth, out var date));
        return new WatchlistEntry
        {
            EntryId = id,
            ListName = "Utopia national list",
            Owner = "Ministry of the Interior of Utopia",
            LegalBasis = "Border Act of Utopia section 12",
            Purpose = "Test",
            Action = action,
            Evidence = EvidenceGrade.Documented,
            ExpiresOn = expiresOn,
            Names = [new ListedName(name, NameQuality.Primary)],
            BirthDates = [new ListedBirthDate(date, date, IsApproximate: false)],
            Nationalities = ["UTO"],
            Sex = 'M',
            Cleared = cleared.IsDefault ? [] : cleared,
        };
    }

    internal static ImmutableArray<string> Passport(string surname, string givenNames, string number, int year, int month, int day) =>
        MrzWriter.Write(MrzFormat.Td3, new MrzFields
        {
            DocumentCode = "P",
            IssuingState = "UTO",
            Nationality = "UTO",
            DocumentNumber = number,
            Surname = surname,
            GivenNames = givenNames,
            BirthDate = PartialDate.From(new DateOnly(year, month, day)),
            ExpiryDate = PartialDate.From(new DateOnly(2031, 5, 31)),
            Sex = 'M',
        });

    public void Dispose()
    {
        _journal?.Dispose();
        Keyring.Dispose();
        _officerKey.Dispose();
        Key.Dispose();
        _link?.Dispose();
        _meters.Dispose();
        _credentials?.Dispose();
        Site.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A host whose stopping a test sees.</summary>
internal sealed class ScriptedLifetime : Microsoft.Extensions.Hosting.IHostApplicationLifetime
{
    internal int StopCount { get; private set; }

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => CancellationToken.None;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => StopCount++;
}

/// <summary>A disk of a thousand megabytes.</summary>
internal sealed class ScriptedDisk : IJournalDisk
{
    private const long Total = 1000L << 20;

    internal int UsedPercent { get; set; } = 10;

    public (long FreeBytes, long TotalBytes) Space() => (Total * (100 - UsedPercent) / 100, Total);
}
