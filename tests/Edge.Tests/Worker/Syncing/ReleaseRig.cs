using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>
/// The client of releases as the service puts it together, started on a card: accounts, sign-in, delistings, list, what is newest; and the real
/// exchange with a central that the test scripts. In every list of it stands <see cref="Listed"/>.
/// </summary>
internal sealed class ReleaseRig : IDisposable
{
    /// <summary>In every list: he must be a hit, or the tile of lists says why not.</summary>
    internal static readonly WatchlistEntry Listed = Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04");

    /// <summary>Listed too, and delisted urgently.</summary>
    internal static readonly WatchlistEntry Delisted = Bench.Entry("uto:2", "ISAURA LENE BRANDVOLD", "1991-03-07");

    private static readonly RepairedReading Passport = MrzRepairer.Repair(MrzParser.Parse(
        Bench.Passport("DRAGOVAR", "VIKTOR ANSELM", "UT0000001", 1971, 3, 4), new DateOnly(2026, 11, 23)));

    private readonly Bench _bench;
    private readonly ScriptedCentral _central;
    private readonly PostKeyring _keyring = new();
    private readonly OpeningService _opening;

    /// <summary>Starts on a card, and somebody signs in.</summary>
    internal ReleaseRig(Bench bench, ScriptedCentral central, DataFolder data)
    {
        (_bench, _central, Data) = (bench, central, data);
        Trust = SiteTrust.Load(data);
        Clock = new ClockKeeper(bench.Time, data, bench.Identity.TicketIssuedAt, bench.Machine);
        Clock.Confirm(bench.Time.GetUtcNow());
        Keys = new ContentKeyFiles(data);
        Newest = new NewestKeeper(data, Trust, Clock);
        List = new InstalledList(Options.Create(new ScreeningOptions()), Newest, Clock);
        Lists = new ReleaseInstaller(ReleaseStore.OfLists(data), Keys, bench.Key, _keyring, Trust, Clock);
        Suppressions = new SuppressionInstaller(ReleaseStore.OfSuppressions(data), Keys, bench.Key, _keyring, Trust, Clock);
        Accounts = new PeopleInstaller(ReleaseStore.OfPeople(data), Keys, bench.Key, bench.Identity, Trust, Clock);
        new StartService(Accounts, People, bench.Journal, List, new Noting<StartService>(Notes)).StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        _opening = new OpeningService(_keyring, bench.Journal, Lists, Suppressions, List, new EncounterBook(bench.Time), new Noting<OpeningService>(Notes));
        _ = _opening.StartAsync(CancellationToken.None);
        bench.OpenKeys(_keyring);
        Sync = NewSync();
    }

    internal DataFolder Data { get; }

    internal SiteTrust Trust { get; }

    internal ClockKeeper Clock { get; }

    internal ContentKeyFiles Keys { get; }

    internal NewestKeeper Newest { get; }

    internal InstalledList List { get; }

    internal ReleaseInstaller Lists { get; }

    internal SuppressionInstaller Suppressions { get; }

    internal PeopleInstaller Accounts { get; }

    internal PostPeople People { get; } = new();

    internal ReleaseSyncService Sync { get; private set; }

    /// <summary>Warnings of the log since the start: what an operator can read.</summary>
    internal List<string> Notes { get; } = [];

    internal ulong? Version => List.Current?.Metadata.Version;

    /// <summary>A look at central, by a client that has refused nothing yet.</summary>
    internal Task LookAsync()
    {
        Sync.Dispose();
        Sync = NewSync();
        return Sync.LookAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What the counter would be shown for him: a hit, or a tile of lists that is not in order. Never a wrong "clear".</summary>
    internal void AssertListedIsNotCleared(string when)
    {
        var generation = List.Current;
        var (screening, status) = (Screen(Listed), List.Status(generation, Clock.Read()));
        var proposal = Proposal.Of(Passport, screening, status);
        Assert.True(
            screening?.Hits.Any(static hit => hit.Entry.EntryId == "uto:1") == true || (proposal.Tiles.Lists.State != TileState.Ok && !proposal.IsClear),
            $"{when}: a listed traveller is proposed as clear by list {generation?.Metadata.Version}");
    }

    /// <summary>The same of the document that is in every register.</summary>
    internal void AssertStolenIsNotCleared(string when) => Assert.True(
        List.Current?.Documents is not { Problem: "" } || IsReported(ReleasedDocuments.Stolen), $"{when}: a stolen document is not found in list {Version}");

    /// <summary>True when the document is a hit now.</summary>
    internal bool IsReported(string number) => List.Current?.Documents.Register?.Search(
        "UTO", DocumentClass.Passport, DocumentNumber.Parse(number), isProven: true, DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime), Clock.Read().Trusted is null)
        .Hits.IsEmpty == false;

    /// <summary>True when the person is a hit now.</summary>
    internal bool IsHit(WatchlistEntry entry) => Screen(entry)?.Hits.Any(hit => hit.Entry.EntryId == entry.EntryId) == true;

    public void Dispose()
    {
        _ = _opening.StopAsync(CancellationToken.None);
        List.Close();
        Sync.Dispose();
        _keyring.Dispose();
    }

    private ScreeningResult? Screen(WatchlistEntry entry)
    {
        var names = entry.Names[0].Text.Split(' ');
        return List.Current?.Matcher.Screen(
            new MatchQuery { Surname = names[^1], GivenNames = string.Join(' ', names[..^1]), BirthDate = entry.BirthDates[0].From },
            DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime),
            Clock.Read().Trusted is null);
    }

    private ReleaseSyncService NewSync() => new(
        _central,
        new BundleIntake(Data, Trust, _bench.Identity, Clock, _bench.Time, new Noting<BundleIntake>(Notes)),
        new RootSync(Trust, Clock, NullLogger<RootSync>.Instance),
        new NewestSync(Newest),
        Lists,
        Accounts,
        Suppressions,
        Keys,
        List,
        People,
        new SignInDesk(
            People, _keyring, new AttemptBook(Data, _bench.Time), new BlockBook(Data), new CounterSession(_bench.Time), _bench.Tamper, _bench.Board, _bench.Service, _bench.Custody, _bench.Journal, Clock,
            NullLogger<SignInDesk>.Instance),
        _bench.LeaseHold,
        _bench.Journal,
        _bench.Time,
        Options.Create(new SyncOptions()),
        new Noting<ReleaseSyncService>(Notes));

    private sealed class Noting<T>(List<string> notes) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Delistings that were taken are a warning too, and no complaint.
            if (IsEnabled(logLevel) && eventId.Name != "SuppressionInstalled")
                notes.Add(formatter(state, exception));
        }
    }
}
