using System.Text;
using EdgeCheckpoint.Edge.Tests.Worker.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Commands;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class ApplianceWipeTests : IDisposable
{
    private readonly Bench _bench = new();

    public ApplianceWipeTests()
    {
        var (release, metadata, staged) = _bench.ReleasePeople(_bench.NewAccounts(1, InventedPeople.Officer));
        Assert.True(_bench.PeopleInstaller.Install(release, metadata, staged).IsSuccess);
        _bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04"));
        _bench.Identity.Save(_bench.Data);
        _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance));
    }

    [Fact]
    public void Run_OnAWorkingCard_LeavesTheJournalAndNoKeyAccountOrList()
    {
        var storageKey = File.ReadAllBytes(Path.Combine(_bench.Data.Identity, "storage.key"));

        ApplianceWipe.Run(_bench.Data, Bench.Start);

        Assert.False(_bench.KeyStore.Exists);
        Assert.Empty(Directory.GetFiles(_bench.Data.ContentKeys));
        Assert.Empty(Directory.GetFiles(_bench.Data.People));
        Assert.Empty(Directory.GetFiles(_bench.Data.Lists));
        Assert.All(
            Directory.GetFiles(_bench.Data.Path, "*", SearchOption.AllDirectories),
            file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(storageKey.AsSpan(64, 64)) < 0, file));
        Assert.True(JournalVerification.Verify(_bench.Journal.FilePath).IsSuccess);
    }

    [Fact]
    public void Run_WithAnEarlierEnrolmentOnTheCard_DestroysItsKeysToo()
    {
        var earlier = Path.Combine(_bench.Data.Path, "replaced", "20261129T090000Z");
        foreach (var (folder, name) in (ReadOnlySpan<(string, string)>)[("identity", "storage.key"), ("identity", "appliance.json"), ("people", "p"), ("lists", "l"), ("content-keys", "k"), ("journal", "journal.db")])
        {
            Directory.CreateDirectory(Path.Combine(earlier, folder));
            File.WriteAllText(Path.Combine(earlier, folder, name), "earlier");
        }

        ApplianceWipe.Run(_bench.Data, Bench.Start);

        Assert.Equal(
            ["appliance.json", "journal.db"],
            Directory.GetFiles(earlier, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_CutOffAfterTheMark_IsFinishedAtTheNextStart()
    {
        File.WriteAllText(Path.Combine(_bench.Data.State, "wiped"), "2026-11-23T12:00:00Z");

        var fault = Assert.Throws<InvalidDataException>(() => RunCommand.Build(_bench.Data, []));

        Assert.Contains("was wiped on 2026-11-23T12:00:00Z", fault.Message, StringComparison.Ordinal);
        Assert.False(_bench.KeyStore.Exists);
        Assert.Empty(Directory.GetFiles(_bench.Data.Lists));
    }

    [Fact]
    public void Run_Twice_KeepsTheFirstTime()
    {
        ApplianceWipe.Run(_bench.Data, Bench.Start);
        ApplianceWipe.Run(_bench.Data, Bench.Start.AddDays(1));

        Assert.Equal("2026-11-23T12:00:00Z", ApplianceWipe.BegunAt(_bench.Data));
        Assert.Equal("2026-11-23T12:00:00Z", Encoding.ASCII.GetString(File.ReadAllBytes(Path.Combine(_bench.Data.State, "wiped"))));
    }

    public void Dispose() => _bench.Dispose();
}
