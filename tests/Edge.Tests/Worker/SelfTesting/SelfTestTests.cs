using System.Runtime.CompilerServices;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.SelfTesting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Worker.SelfTesting;

public sealed class SelfTestTests : IDisposable
{
    private static readonly WatchlistEntry Listed = Bench.Entry("uto:1", "DRAGOVAR, Viktor Anselm", "1971-03-04");

    private readonly Bench _bench = new();
    private readonly SelfTestBook _book = new();
    private readonly StatedScanner _scanner = new();

    public void Dispose() => _bench.Dispose();

    private SelfTest Test => new(
        _bench.Data, _bench.Journal, _bench.Clock, _bench.Credentials, _bench.Keyring, _scanner, _bench.Releases, _bench.Trust, _bench.List, _book, _bench.Encounters,
        _bench.Time, NullLogger<SelfTest>.Instance);

    [Fact]
    public void Run_EverythingInOrder_PassesEachPartAndIsARecordOfItsOwn()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);

        var report = Test.Run(SelfTestOccasion.ShiftStart, "OFF-1");

        Assert.Equal(["storage", "clock", "keys", "reader", "list-signature", "list-search"], report.Parts.Select(static part => part.Name));
        Assert.True(report.IsPassed, report.Summary);
        Assert.Equal(SelfTestReport.PassedCode, report.ExitCode);
        Assert.All(report.Parts, static part => Assert.Equal("", part.Remedy));
        Assert.Equal([RecordKind.SelfTested], _bench.Written(Lane.Audit));
        Assert.Empty(_bench.Written(Lane.Encounters));
        Assert.Equal(DeviceState.Ok, _book.Latest!.Health.State);
    }

    [Fact]
    public void Run_CardThatCannotBeWritten_FailsStorage()
    {
        Directory.CreateDirectory(Path.Combine(_bench.Data.State, "self-test.new"));

        AssertFails("storage", "is not write-protected");
    }

    [Fact]
    public void Run_JournalThatIsFull_FailsStorage()
    {
        _bench.Disk.UsedPercent = 97;
        _bench.Journal.Upkeep();

        AssertFails("storage", "paper procedure");
    }

    [Fact]
    public void Run_DoubtfulClock_WantsAttention()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        _bench.Time.SetUtcNow(Bench.Start.AddYears(30));

        var report = Test.Run(SelfTestOccasion.Asked, RecordDraft.Appliance);

        Assert.Equal(SelfTestResult.Attention, Of(report, "clock").Result);
        Assert.Contains("signed time", Of(report, "clock").Remedy, StringComparison.Ordinal);
        Assert.Equal(SelfTestReport.IncompleteCode, report.ExitCode);
        Assert.Equal([RecordKind.SelfTested], _bench.Written(Lane.Audit));
    }

    [Fact]
    public void Keys_OfAnotherCertificate_Fail()
    {
        using var other = new Bench();

        var part = SelfTestParts.Keys(() => new Credential(_bench.Key, other.Identity.CertificateDer));

        Assert.Equal((SelfTestResult.Failed, "the signing key is not that of the certificate"), (part.Result, part.Detail));
        Assert.Contains("edge-checkpoint replace", part.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_ThatCannotBeOpened_FailWithTheReason()
    {
        var part = SelfTestParts.Keys(static () => throw new InvalidDataException("The credential is missing."));

        Assert.Equal((SelfTestResult.Failed, "The credential is missing."), (part.Result, part.Detail));
    }

    [Theory]
    [InlineData(DeviceState.Failed, SelfTestResult.Failed)]
    [InlineData(DeviceState.Attention, SelfTestResult.Failed)]
    [InlineData(DeviceState.NotFitted, SelfTestResult.NotFitted)]
    [InlineData(DeviceState.Ok, SelfTestResult.Passed)]
    internal void Reader_IsAsItsHealthSays(DeviceState state, SelfTestResult expected) =>
        Assert.Equal(expected, SelfTestParts.Reader(new DeviceHealth(state, "", Bench.Start)).Result);

    [Fact]
    public void Run_ReaderPulled_FailsAndTravelsWithTheAlerts()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        _scanner.Health = new DeviceHealth(DeviceState.Failed, "The reader is not plugged in", Bench.Start);

        var report = AssertFails("reader", "Check its cable");

        Assert.Equal("The reader is not plugged in", Of(report, "reader").Detail);
    }

    [Fact]
    public void Run_NoListYet_IsNotChecked()
    {
        var part = Of(Test.Run(SelfTestOccasion.PowerOn, RecordDraft.Appliance), "list-signature");

        Assert.Equal((SelfTestResult.NotChecked, "no list has been installed yet"), (part.Result, part.Detail));
    }

    [Fact]
    public void Run_SealedListDamagedOnTheCard_FailsTheSignature()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        var path = _bench.Releases.FilePath(1);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        AssertFails("list-signature", "replace the card");
    }

    [Fact]
    public void Run_SealedListGone_FailsTheSignature()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        File.Delete(_bench.Releases.FilePath(1));

        AssertFails("list-signature", "replace the card");
    }

    [Fact]
    public void Run_ListSignedByStrangers_FailsTheSignature()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        var path = Directory.GetFiles(_bench.Data.Lists, "*.json").Single();
        var stored = File.ReadAllText(path);
        // A signature by nobody of the site: another letter in each.
        File.WriteAllText(path, System.Text.RegularExpressions.Regex.Replace(stored, "\"value\":\"(.)", static match => $"\"value\":\"{(match.Groups[1].Value == "A" ? "B" : "A")}"));
        Assert.NotEqual(stored, File.ReadAllText(path));

        AssertFails("list-signature", "bring a bundle");
    }

    [Fact]
    public void Run_DamagedOverlaidBase_FailsTheSignature()
    {
        _bench.Install(1, Listed);
        _bench.InstallDelta(2, [Listed], Listed, ListSpecimen.Entry);
        Assert.Equal(SelfTestResult.Passed, Of(Test.Run(SelfTestOccasion.Asked, RecordDraft.Appliance), "list-signature").Result);
        using (var file = new FileStream(_bench.Releases.FilePath(1), FileMode.Open))
            file.SetLength(file.Length - 1);

        AssertFails("list-signature", "replace the card");
    }

    [Fact]
    public void Run_BeforeAnybodySignedIn_DoesNotCheckTheSearch()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        _bench.Custody.Drop();

        var report = Test.Run(SelfTestOccasion.PowerOn, RecordDraft.Appliance);

        Assert.Equal(SelfTestResult.NotChecked, Of(report, "list-search").Result);
        Assert.Contains("Sign in", Of(report, "list-search").Remedy, StringComparison.Ordinal);
        Assert.Equal(SelfTestReport.IncompleteCode, report.ExitCode);
    }

    [Fact]
    public void Run_KeysOpenAndNoList_FailsTheSearch() => AssertFails("list-search", "not screened");

    [Fact]
    public void Run_ReleaseWithoutTheSpecimen_WantsANewOne()
    {
        _bench.Install(1, Listed);

        var report = Test.Run(SelfTestOccasion.Asked, RecordDraft.Appliance);

        Assert.Equal((SelfTestResult.Attention, "At central: central-checkpoint watchlists publish."), (Of(report, "list-search").Result, Of(report, "list-search").Remedy));
        Assert.False(report.HasFailed);
    }

    [Fact]
    public void Run_MatcherThatMisses_FailsTheSearch()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        var without = WatchlistRuns.Of(WatchlistPackage.Open(new MemorySectionSource(WatchlistPackageWriter.Write([Listed], 1, 1, "t", new byte[16]))).Value);
        _bench.List.Switch(_bench.List.Current! with { Matcher = new EdgeCheckpoint.Matching.WatchlistMatcher(without, EdgeCheckpoint.Matching.MatchThresholds.Current) });

        AssertFails("list-search", "Do not rely on Lists");
    }

    [Fact]
    public void Run_Again_IsWrittenOnlyWhenSomethingChanged()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        _scanner.Health = new DeviceHealth(DeviceState.Failed, "pulled", Bench.Start);
        var test = Test;
        test.Run(SelfTestOccasion.PowerOn, RecordDraft.Appliance);
        test.Run(SelfTestOccasion.Again, RecordDraft.Appliance);
        Assert.Equal([RecordKind.SelfTested], _bench.Written(Lane.Alerts));

        _scanner.Health = new DeviceHealth(DeviceState.Ok, "", Bench.Start);
        test.Run(SelfTestOccasion.Again, RecordDraft.Appliance);

        Assert.Equal([RecordKind.SelfTested], _bench.Written(Lane.Audit));
    }

    [Fact]
    public void Run_JournalThatTakesNothing_StillTells()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance));
        _bench.FillUp();

        Assert.True(Test.Run(SelfTestOccasion.Asked, RecordDraft.Appliance).Parts.Length == 6);
    }

    [Fact]
    public async Task Service_PowerOnAndEachShift_TestsOnceAndNotWhenTheScreenIsUnlocked()
    {
        _bench.Session.End();
        _bench.Install(1, Listed, ListSpecimen.Entry);
        using var written = new SemaphoreSlim(0);
        _bench.Journal.Appended += _ => written.Release();
        using var service = new SelfTestService(Test, _book, _bench.Session, _scanner, _bench.Time, NullLogger<SelfTestService>.Instance);
        await service.StartAsync(Token);
        await written.WaitAsync(Token);
        Assert.Equal(SelfTestOccasion.PowerOn, _book.Latest!.Occasion);

        _bench.SignIn();
        await written.WaitAsync(Token);
        Assert.Equal(SelfTestOccasion.ShiftStart, _book.Latest!.Occasion);
        _bench.Session.Lock();
        _bench.SignIn();
        _bench.Session.Begin(new SignedInPerson("OFF-2", "B. Marlow", EdgeCheckpoint.People.PostRole.Officer), "bench");
        await written.WaitAsync(Token);
        await service.StopAsync(Token);

        Assert.Equal([RecordKind.SelfTested, RecordKind.SelfTested, RecordKind.SelfTested], _bench.Written(Lane.Audit));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SelfTestReport AssertFails(string name, string remedy)
    {
        var report = Test.Run(SelfTestOccasion.Asked, RecordDraft.Appliance);
        Assert.True(Of(report, name).Result == SelfTestResult.Failed, report.Summary);
        Assert.Contains(remedy, Of(report, name).Remedy, StringComparison.Ordinal);
        Assert.Equal(SelfTestReport.FailedCode, report.ExitCode);
        Assert.Equal([RecordKind.SelfTested], _bench.Written(Lane.Alerts));
        Assert.Equal(DeviceState.Failed, report.Health.State);
        return report;
    }

    private static SelfTestPart Of(SelfTestReport report, string name) => report.Parts.Single(part => part.Name == name);

    private sealed class StatedScanner : IDocumentScanner
    {
        public string Name => "stated";

        public DeviceHealth Health { get; set; } = new(DeviceState.Ok, "", Bench.Start);

        public async IAsyncEnumerable<DocumentScan> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
