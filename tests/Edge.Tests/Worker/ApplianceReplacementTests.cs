using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Enrolment;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class ApplianceReplacementTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Parts = ["identity", "journal", "lists", "people", "content-keys", "state"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-checkpoint-replace-");
    private readonly DataFolder _data;

    public ApplianceReplacementTests()
    {
        _data = new DataFolder(Path.Combine(_folder.FullName, "data"));
        Fill(_data, "ap-old", withAll: true);
    }

    private ApplianceReplacement Replacement => new(_data);

    [Fact]
    public void TakePlace_OverAnEnrolment_MovesItAsideWhole()
    {
        Fill(Replacement.Staging, "ap-new", withAll: false);

        var aside = Replacement.TakePlace(Now);

        Assert.Equal(Path.Combine(_data.Path, "replaced", "20261129T090000Z"), aside);
        Assert.Equal("ap-new", ApplianceIdentity.Load(_data).ApplianceId);
        Assert.Equal(Parts.Select(static part => $"ap-old {part}"), Parts.Select(part => File.ReadAllText(Path.Combine(aside!, part, "mark"))));
        Assert.Empty(Directory.GetFiles(_data.Journal));
        Assert.False(Replacement.IsPrepared);
        Assert.Equal(["content-keys", "identity", "journal", "lists", "people", "replaced", "state"], Folders());
    }

    [Fact]
    public void TakePlace_OnAnEmptyCard_MovesNothingAside()
    {
        Directory.Delete(_data.Path, recursive: true);
        Directory.CreateDirectory(_data.Path);
        Fill(Replacement.Staging, "ap-new", withAll: false);

        Assert.Null(Replacement.TakePlace(Now));
        Assert.Equal("ap-new", ApplianceIdentity.Load(_data).ApplianceId);
    }

    [Fact]
    public void Identity_WithItsNextCertificate_StillKnowsWhomItReplaced()
    {
        var identity = new ApplianceIdentity
        {
            ApplianceId = "ap-new",
            PostName = "Utopia North",
            CentralAddress = "https://127.0.0.1:1",
            CertificateDer = [1],
            Epoch = Guid.NewGuid(),
            TicketIssuedAt = Now,
            Replaces = "ap-old",
        };

        var renewed = identity.WithCertificate([2]);

        Assert.Equal(("ap-old", identity.Epoch), (renewed.Replaces, renewed.Epoch));
        Assert.Equal([2], renewed.CertificateDer);
    }

    [Fact]
    public void TakePlace_NobodyIsReady_ChangesNothing()
    {
        Assert.False(Replacement.IsPrepared);
        Assert.Throws<InvalidOperationException>(() => Replacement.TakePlace(Now));
        Assert.Equal("ap-old", ApplianceIdentity.Load(_data).ApplianceId);
    }

    [Fact]
    public void TakePlace_PowerCutAfterAnyMove_IsFinishedByTheNextRun()
    {
        // Every state that a cut can leave: so many old parts moved aside, then so many of the newcomer's moved in.
        for (var moves = 0; moves <= 2 * Parts.Length; moves++)
        {
            var data = new DataFolder(Path.Combine(_folder.FullName, $"cut-{moves}"));
            Fill(data, "ap-old", withAll: true);
            LeaveAfter(data, moves);

            Assert.True(new ApplianceReplacement(data).IsPrepared);
            Assert.Equal("ap-new", ApplianceIdentity.Load(new ApplianceReplacement(data).Newcomer).ApplianceId);
            new ApplianceReplacement(data).TakePlace(Now.AddHours(1));

            Assert.Equal("ap-new", ApplianceIdentity.Load(data).ApplianceId);
            Assert.Equal(
                Parts.Select(static part => $"ap-old {part}").Order(),
                Directory.GetFiles(Path.Combine(data.Path, "replaced"), "mark", SearchOption.AllDirectories).Select(File.ReadAllText).Order());
            Assert.All(Parts, part => Assert.False(File.Exists(Path.Combine(data.Path, part, "mark"))));
            Assert.False(new ApplianceReplacement(data).IsPrepared);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void LeaveAfter(DataFolder data, int moves)
    {
        string[] order = ["journal", "lists", "people", "content-keys", "state", "identity"];
        var ready = Path.Combine(data.Path, "replacing-ready");
        Fill(new ApplianceReplacement(data).Staging, "ap-new", withAll: false);
        foreach (var part in Parts)
            Directory.CreateDirectory(Path.Combine(data.Path, "replacing", part));
        Directory.Move(Path.Combine(data.Path, "replacing"), ready);
        var aside = Path.Combine(data.Path, "replaced", "earlier");
        Directory.CreateDirectory(aside);
        foreach (var part in order.Take(moves))
            Directory.Move(Path.Combine(data.Path, part), Path.Combine(aside, part));
        foreach (var part in order.Take(moves - order.Length))
            Directory.Move(Path.Combine(ready, part), Path.Combine(data.Path, part));
    }

    private static void Fill(DataFolder data, string applianceId, bool withAll)
    {
        new ApplianceIdentity
        {
            ApplianceId = applianceId,
            PostName = "Utopia North",
            CentralAddress = "https://127.0.0.1:1",
            CertificateDer = [],
            Epoch = Guid.NewGuid(),
            TicketIssuedAt = Now,
        }.Save(data);
        foreach (var part in withAll ? Parts : [])
        {
            Directory.CreateDirectory(Path.Combine(data.Path, part));
            File.WriteAllText(Path.Combine(data.Path, part, "mark"), $"{applianceId} {part}");
        }
    }

    private IEnumerable<string?> Folders() => Directory.GetDirectories(_data.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
