using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>What every implementation of the storage contract must do. A new engine adds a class that makes the store.</summary>
public abstract class CentralStoreSuite : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private protected ICentralStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public abstract ValueTask DisposeAsync();

    private protected abstract Task<ICentralStore> OpenAsync();

    [Fact]
    public async Task Leases_OfPosts_AreSetReplacedAndRemoved()
    {
        var at = Instant.FromMicroseconds(1_700_000_000_000_000);
        var lease = new PostLease("Utopia North", 45, at, "somebody");
        var audit = new AuditEvent(at, "somebody", AuditAction.PostLeaseSet, "Utopia North");

        Assert.Null(await Store.Posts.FindLeaseAsync("Utopia North", Token));
        await Store.Posts.SetLeaseAsync(lease with { Days = 30 }, audit, Token);
        await Store.Posts.SetLeaseAsync(lease, audit, Token);
        Assert.Equal(lease, await Store.Posts.FindLeaseAsync("Utopia North", Token));
        Assert.Equal([lease], await Store.Posts.ListLeasesAsync(Token));
        Assert.True(await Store.Posts.RemoveLeaseAsync("Utopia North", audit, Token));
        Assert.False(await Store.Posts.RemoveLeaseAsync("Utopia North", audit, Token));
        Assert.Empty(await Store.Posts.ListLeasesAsync(Token));
        Assert.Equal(3, (await Store.Audit.ReadAfterAsync(0, 100, Token)).Count(static line => line.Event.Action == AuditAction.PostLeaseSet));
    }

    [Fact]
    public async Task Documents_WithdrawnReinstatedAndEnded_AreAuditedOnceEach()
    {
        var at = Instant.FromMicroseconds(1_700_000_000_000_000);
        var withdrawal = new DocumentWithdrawal("Stolen", "UTO", "UT1", "found again", at, "somebody");
        var audit = new AuditEvent(at, "somebody", AuditAction.DocumentWithdrawn, "Stolen");
        await Store.Documents.AddAsync("Stolen", await Store.Documents.BeginAsync("Stolen", Token), [new StolenDocument("UTO", "P", "UT1", "", "")], Token);
        var list = new DocumentList
        {
            Name = "Stolen",
            Owner = "police",
            LegalBasis = "act",
            Purpose = "test",
            Action = RequestedAction.SeizeDocument,
            Contact = "",
            ExpiresOn = new DateOnly(2027,
            1,
            1),
            RowCount = 1,
            ImportedAt = at,
            ImportedBy = "somebody",
        };
        await Store.Documents.FinishAsync(list, 1, audit, Token);

        Assert.True(await Store.Documents.WithdrawAsync(withdrawal, audit, Token));
        Assert.False(await Store.Documents.WithdrawAsync(withdrawal with { Reason = "again" }, audit, Token));
        Assert.Equal([withdrawal], await Store.Documents.ListWithdrawalsAsync(Token));
        Assert.True(await Store.Documents.ReinstateAsync("Stolen", "UTO", "UT1", audit, Token));
        Assert.False(await Store.Documents.ReinstateAsync("Stolen", "UTO", "UT1", audit, Token));
        Assert.True(await Store.Documents.WithdrawAsync(withdrawal, audit, Token));
        Assert.True(await Store.Documents.EndAsync("Stolen", audit, Token));
        Assert.False(await Store.Documents.EndAsync("Stolen", audit, Token));

        Assert.Empty(await Store.Documents.ListAsync(Token));
        Assert.Empty(await Store.Documents.ListWithdrawalsAsync(Token));
        Assert.Equal(5, (await Store.Audit.ReadAfterAsync(0, 100, Token)).Count(static line => line.Event.Action == AuditAction.DocumentWithdrawn));

        // Rows that an import is setting aside meanwhile stay, and a list that lost some does not come into force.
        var aside = await Store.Documents.BeginAsync("Stolen", Token);
        await Store.Documents.AddAsync("Stolen", aside, [new StolenDocument("UTO", "P", "UT1", "", "")], Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.Documents.FinishAsync(list with { RowCount = 2 }, aside, audit, Token));
        await Store.Documents.FinishAsync(list, aside, audit with { Action = AuditAction.ListImported }, Token);
        await Store.Documents.AddAsync("Stolen", aside + 1, [new StolenDocument("UTO", "P", "UT2", "", "")], Token);
        Assert.True(await Store.Documents.EndAsync("Stolen", audit with { Action = AuditAction.DocumentListEnded }, Token));
        Assert.Equal(new DocumentDifference(1, 0, 0, 1), await Store.Documents.CompareAsync("Stolen", aside + 1, Token));

        // A list of the name begins anew, with none of the rows.
        var generation = await Store.Documents.BeginAsync("Stolen", Token);
        Assert.Equal(new DocumentDifference(0, 0, 0, 0), await Store.Documents.CompareAsync("Stolen", generation, Token));
    }

    [Fact]
    public async Task NoteBackedUp_AsFarAsTheBackupGoes_IsToldWithEveryAnswerAndNeverGoesBack()
    {
        var epoch = Guid.NewGuid();
        await AddApplianceAsync("ap-1");
        var records = Chain("ap-1", epoch, 6);
        await Store.Records.AppendAsync(Run("ap-1", epoch, records, 0, 4), Token);
        var backedUp = await Store.Records.ReadLanesAsync("ap-1", [epoch], Token);
        await Store.Records.NoteBackedUpAsync(backedUp, Token);
        await Store.Records.NoteBackedUpAsync([.. backedUp.Select(static lane => lane with { LastSequence = 2 })], Token);
        await Store.Records.NoteBackedUpAsync([.. backedUp.Select(static lane => lane with { LastSequence = 99 })], Token);

        var answer = await Store.Records.AppendAsync(Run("ap-1", epoch, records, 4, 2), Token);

        Assert.Equal((6, 4), (answer.DurableThrough, answer.BackedUpThrough));
        var lane = Assert.Single(await Store.Records.ReadLanesAsync("ap-1", [epoch, Guid.NewGuid()], Token));
        Assert.Equal((6, 4), (lane.LastSequence, lane.BackedUpThrough));
        Assert.Empty(await Store.Records.ReadLanesAsync("ap-2", [epoch], Token));
    }

    /// <summary>What an appliance asks about may have gone by its age: of the last that did, the value is kept where the lane begins.</summary>
    [Fact]
    public async Task ReadChains_OfRecordsThatAreHereOrGoneOrNeverWere_GivesWhatIsKnown()
    {
        var epoch = Guid.NewGuid();
        await AddApplianceAsync("ap-1");
        var records = Chain("ap-1", epoch, 5);
        await Store.Records.AppendAsync(Run("ap-1", epoch, records, 0, 2) with { ReceivedAt = Now.AddMonths(-3) }, Token);
        await Store.Records.AppendAsync(Run("ap-1", epoch, records, 2, 3), Token);
        Assert.Equal(2, await Store.Retention.DropAsync(Now.AddDays(-40), Token));

        var chains = await Store.Records.ReadChainsAsync(
            [.. new[] { 1L, 2, 3, 5, 6 }.Select(sequence => new RecordKey("ap-1", epoch, Lane.Encounters, sequence)), new RecordKey("ap-2", epoch, Lane.Encounters, 3)], Token);

        byte[]?[] expected = [null, records[1].Sealed.Chain.ToArray(), records[2].Sealed.Chain.ToArray(), records[4].Sealed.Chain.ToArray(), null, null];
        Assert.Equal(expected, chains);
        Assert.Empty(await Store.Records.ReadChainsAsync([], Token));
    }

    [Fact]
    public async Task Append_BehindAGap_SaysWhatItWouldHaveToFollow()
    {
        var epoch = Guid.NewGuid();
        await AddApplianceAsync("ap-1");
        var records = Chain("ap-1", epoch, 5);
        Assert.True((await Store.Records.AppendAsync(Run("ap-1", epoch, records, 3, 1), Token)).Chain.IsEmpty);
        await Store.Records.AppendAsync(Run("ap-1", epoch, records, 0, 2), Token);

        var answer = await Store.Records.AppendAsync(Run("ap-1", epoch, records, 3, 1), Token);

        Assert.Equal((AppendOutcome.Gap, 2L), (answer.Outcome, answer.DurableThrough));
        Assert.Equal(records[1].Sealed.Chain.ToArray(), answer.Chain.ToArray());
    }

    [Fact]
    public async Task AddTickets_OneIsThereAlready_AddsNone()
    {
        await AddTicketAsync("t-1");

        await Assert.ThrowsAnyAsync<Exception>(() =>
            Store.Appliances.AddTicketsAsync([(TicketOf("t-2"), Event("t-2")), (TicketOf("t-1"), Event("t-1"))], Token));

        Assert.Null(await Store.Appliances.FindTicketAsync("t-2", Token));
    }

    [Fact]
    public async Task RedeemTicket_ThatReplaces_RevokesTheOtherByTheSameAct()
    {
        await AddApplianceAsync("ap-old");
        await AddTicketAsync("t-9");

        await Store.Appliances.RedeemTicketAsync(
            Appliance("ap-new", "t-9", 2), Event("join"), Event("ap-old") with { Subject = "ap-old", Detail = "replaced by ap-new" }, Token);

        var old = (await Store.Appliances.FindAsync("ap-old", Token))!;
        Assert.Equal((ApplianceState.Revoked, "replaced by ap-new"), (old.State, old.RevokeReason));
        Assert.Equal(ApplianceState.Active, (await Store.Appliances.FindAsync("ap-new", Token))!.State);
    }

    [Fact]
    public async Task Audit_ManyWritersAtOnce_MakeOneUnbrokenChain()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            Task.Run(() => Store.Audit.AppendAsync(Event($"subject {i}"), Token), Token)));

        var lines = await Store.Audit.ReadAfterAsync(0, 100, Token);

        Assert.Equal(50, lines.Count);
        Assert.True(AuditVerification.Follow(ChainEnd.Genesis, lines).IsSuccess);
        Assert.Equal(50, (await Store.Audit.ReadNewestAsync(1, Token))[0].Sequence);
    }

    [Fact]
    public async Task RedeemTicket_ManyAtOnce_ExactlyOneWins()
    {
        await AddTicketAsync("t-1");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            Task.Run(() => Store.Appliances.RedeemTicketAsync(Appliance($"ap-{i}", "t-1", (byte)i), Event("join"), null, Token), Token)));

        Assert.Single(outcomes, RedeemOutcome.Redeemed);
        Assert.Single(await Store.Appliances.ListAsync(Token));
    }

    [Fact]
    public async Task RedeemTicket_KeyOfAnotherAppliance_IsRefused()
    {
        await AddApplianceAsync("ap-1");
        await AddTicketAsync("t-2");

        Assert.Equal(
            RedeemOutcome.KeyTaken,
            await Store.Appliances.RedeemTicketAsync(Appliance("ap-2", "t-2", 1), Event("join"), null, Token));
    }

    [Fact]
    public async Task Appliance_RenewedAndHeard_ShowsTheCertificateItUsesAndItsRoot()
    {
        await AddApplianceAsync("ap-1");
        foreach (var (key, day) in ((byte, int)[])[(1, 1), (2, 2), (3, 3)])
        {
            await Store.Appliances.AddCertificateAsync(
                new IssuedCertificate { ApplianceId = "ap-1", Spki = [key], Der = [key, key], IssuedAt = Now.AddDays(day), NotAfter = Now.AddDays(90 + day) },
                Event("ap-1"),
                Token);
        }

        await Store.Appliances.SaveHealthAsync(
            new HealthReport
            {
                ApplianceId = "ap-1",
                ReceivedAt = Now,
                ClockQuality = 2,
                ClockOffset = TimeSpan.Zero,
                ListVersion = 5,
                ListStateRoot = [],
                RootVersion = 4,
                RecordsWaiting = 0,
                OldestWaiting = TimeSpan.Zero,
                DiskFreeBytes = 1,
                SoftwareVersion = "1",
                Parts = [],
            },
            Token);

        Assert.Equal([1, 1], Assert.Single(await Store.Appliances.ListCertificatesInUseAsync(Token)).Value.Der);
        await Store.Appliances.SupersedeOlderAsync(new byte[] { 2, 2 }, Event("ap-1"), Token);
        var inUse = Assert.Single(await Store.Appliances.ListCertificatesInUseAsync(Token));
        Assert.Equal(("ap-1", Now.AddDays(2)), (inUse.Key, inUse.Value.IssuedAt));
        Assert.Equal([2, 2], inUse.Value.Der);
        var health = Assert.Single(await Store.Appliances.ListHealthAsync(Token));
        Assert.Equal((5L, 4L), (health.Value.ListVersion, health.Value.RootVersion));
    }

    [Fact]
    public async Task AddRelease_OlderThanTheOneThatIsThere_StaysOut()
    {
        await AddApplianceAsync("ap-1");
        await Store.PostPeople.AddReleaseAsync(PeopleRelease("ap-1", 2), Segment(2), Event("new"), Token);

        await Store.PostPeople.AddReleaseAsync(PeopleRelease("ap-1", 1), Segment(1), Event("old"), Token);
        await Store.PostPeople.AddReleaseAsync(PeopleRelease("ap-1", 2), Segment(3), Event("same"), Token);

        Assert.Equal(2, (await Store.PostPeople.FindReleaseAsync("ap-1", Token))!.Version);
        Assert.Equal("new", (await Store.Audit.ReadNewestAsync(1, Token))[0].Event.Subject);
    }

    [Fact]
    public async Task IssuePeople_AccountChangedSinceItWasRead_IssuesNothing()
    {
        await AddApplianceAsync("ap-1");
        var account = PostAccount.Create("OFF-1", "A. Marlow", PostRole.Officer, SignInMethod.Passphrase, null, "orbit-lantern-copper-violet", "");
        await Store.PostPeople.AddAsync(new PostPerson(account, [], Now, null), Event("OFF-1"), Token);
        var read = await Store.PostPeople.ListAsync(Token);
        await Store.PostPeople.DisableAsync("OFF-1", Event("OFF-1"), Token);

        Assert.False(await Store.PostPeople.IssueAsync(1, read, [(PeopleRelease("ap-1", 1), Segment(1))], Event("v1"), Token));

        Assert.Equal(0, await Store.PostPeople.ReadVersionAsync(Token));
        Assert.Empty(await Store.PostPeople.ListIssuedAsync(Token));
        Assert.True(await Store.PostPeople.IssueAsync(1, [], [(PeopleRelease("ap-1", 1), Segment(1))], Event("v1"), Token));
    }

    [Fact]
    public async Task Supersede_ByTheNewest_EndsTheOlderOnesOnceAndRaisesTheMark()
    {
        await AddApplianceAsync("ap-1");
        foreach (var key in (byte[])[1, 2, 3])
        {
            await Store.Appliances.AddCertificateAsync(
                new IssuedCertificate { ApplianceId = "ap-1", Spki = [key], Der = [key, key], IssuedAt = Now, NotAfter = Now.AddDays(90) }, Event("ap-1"), Token);
        }

        var mark = await Store.Appliances.ReadAdmissionChangesAsync(Token);
        Assert.True((await Store.Appliances.FindByCertificateAsync(new byte[] { 3, 3 }, Token)) is { SupersededAt: null, HasOlder: true });
        Assert.True(await Store.Appliances.SupersedeOlderAsync(new byte[] { 3, 3 }, Event("ap-1"), Token));
        Assert.False(await Store.Appliances.SupersedeOlderAsync(new byte[] { 3, 3 }, Event("ap-1"), Token));
        Assert.False(await Store.Appliances.SupersedeOlderAsync(new byte[] { 2, 2 }, Event("ap-1"), Token));

        Assert.NotNull((await Store.Appliances.FindByCertificateAsync(new byte[] { 1, 1 }, Token))!.SupersededAt);
        Assert.NotNull((await Store.Appliances.FindByCertificateAsync(new byte[] { 2, 2 }, Token))!.SupersededAt);
        Assert.True((await Store.Appliances.FindByCertificateAsync(new byte[] { 3, 3 }, Token)) is { SupersededAt: null, HasOlder: false });
        Assert.Equal(mark + 1, await Store.Appliances.ReadAdmissionChangesAsync(Token));
    }

    [Fact]
    public async Task Approve_TwiceOrUnknown_ChangesNothingAndAuditsNothing()
    {
        await AddApplianceAsync("ap-1");
        var before = (await Store.Audit.ReadNewestAsync(1, Token))[0].Sequence;

        Assert.False(await Store.Appliances.ApproveAsync("ap-1", Event("approve"), null, Token));
        Assert.False(await Store.Appliances.ApproveAsync("ap-9", Event("approve"), null, Token));

        Assert.Equal(before, (await Store.Audit.ReadNewestAsync(1, Token))[0].Sequence);
    }

    [Fact]
    public async Task Append_RunsOutOfOrderAndRepeated_StoresEachRecordOnce()
    {
        await AddApplianceAsync("ap-1");
        var epoch = Guid.NewGuid();
        var records = Chain("ap-1", epoch, 6);

        var gap = await Store.Records.AppendAsync(Run("ap-1", epoch, records, 2, 2), Token);
        var first = await Store.Records.AppendAsync(Run("ap-1", epoch, records, 0, 3), Token);
        var overlap = await Store.Records.AppendAsync(Run("ap-1", epoch, records, 1, 5), Token);
        var again = await Store.Records.AppendAsync(Run("ap-1", epoch, records, 0, 6), Token);

        Assert.Equal((AppendOutcome.Gap, 0L, 0), (gap.Outcome, gap.DurableThrough, gap.Added));
        Assert.Equal((AppendOutcome.Stored, 3L, 3), (first.Outcome, first.DurableThrough, first.Added));
        Assert.Equal((AppendOutcome.Stored, 6L, 3), (overlap.Outcome, overlap.DurableThrough, overlap.Added));
        Assert.Equal((AppendOutcome.Stored, 6L, 0), (again.Outcome, again.DurableThrough, again.Added));
        Assert.Equal(6, (await Store.Records.ReadLaneAsync(new RecordKey("ap-1", epoch, Lane.Encounters, 1), 10, Token)).Count);
    }

    [Fact]
    public async Task Append_SameRunByManyAtOnce_StoresEachRecordOnce()
    {
        await AddApplianceAsync("ap-1");
        var epoch = Guid.NewGuid();
        var records = Chain("ap-1", epoch, 20);

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            Task.Run(() => Store.Records.AppendAsync(Run("ap-1", epoch, records, 0, 20), Token), Token)));

        Assert.All(results, static result => Assert.Equal((AppendOutcome.Stored, 20L), (result.Outcome, result.DurableThrough)));
        Assert.Equal(20, results.Sum(static result => result.Added));
    }

    [Fact]
    public async Task Append_EpochsAndLanes_AreApart()
    {
        await AddApplianceAsync("ap-1");
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());

        await Store.Records.AppendAsync(Run("ap-1", first, Chain("ap-1", first, 2), 0, 2), Token);
        var result = await Store.Records.AppendAsync(Run("ap-1", second, Chain("ap-1", second, 1), 0, 1), Token);

        Assert.Equal(1, result.DurableThrough);
        Assert.Equal(3, (await Store.Records.CountAsync(Token)).Sum(static count => count.Count));
    }

    [Fact]
    public async Task Append_DifferentRecordUnderAKnownKey_KeepsTheFirst()
    {
        await AddApplianceAsync("ap-1");
        var epoch = Guid.NewGuid();
        var original = Chain("ap-1", epoch, 3);
        var clone = Chain("ap-1", epoch, 3);
        await Store.Records.AppendAsync(Run("ap-1", epoch, original, 0, 3), Token);

        var result = await Store.Records.AppendAsync(Run("ap-1", epoch, clone, 0, 3), Token);

        Assert.Equal((AppendOutcome.Fork, 3L, 1L), (result.Outcome, result.DurableThrough, result.ForkSequence));
        var kept = await Store.Records.ReadLaneAsync(new RecordKey("ap-1", epoch, Lane.Encounters, 1), 10, Token);
        Assert.Equal(original[0].Sealed.Chain.ToArray(), kept[0].Chain);
    }

    [Fact]
    public async Task Erase_Twice_DestroysOnce()
    {
        await AddApplianceAsync("ap-1");
        var epoch = Guid.NewGuid();
        await Store.Records.AppendAsync(Run("ap-1", epoch, Chain("ap-1", epoch, 1), 0, 1), Token);
        var key = new RecordKey("ap-1", epoch, Lane.Encounters, 1);

        Assert.Single(await Store.Records.FindByTermAsync(new byte[] { 1 }, Token));
        Assert.True(await Store.Records.EraseAsync(key, Event("erase"), Token));
        Assert.False(await Store.Records.EraseAsync(key, Event("erase"), Token));
        Assert.Empty(await Store.Records.FindByTermAsync(new byte[] { 1 }, Token));
    }

    [Fact]
    public async Task Releases_VersionTaken_IsNotReplaced()
    {
        Assert.True(await Store.Releases.AddAsync(NewRelease("first"), [new SealedSegment(new byte[32], new byte[70_000])], Event("publish"), Token));
        Assert.False(await Store.Releases.AddAsync(NewRelease("second"), [], Event("publish"), Token));

        Assert.Equal("first", (await Store.Releases.FindNewestAsync(ReleaseKind.Watchlist, Token))!.Title);
        Assert.Equal(4_464, (await Store.Releases.ReadSegmentAsync(new byte[32], 65_536, 65_536, Token))!.Length);
        Assert.Equal(100, (await Store.Releases.ReadSegmentAsync(new byte[32], 65_500, 100, Token))!.Length);
        Assert.Empty((await Store.Releases.ReadSegmentAsync(new byte[32], 70_000, 100, Token))!);
        Assert.Null(await Store.Releases.ReadSegmentAsync(new byte[31], 0, 100, Token));
    }

    [Fact]
    public async Task Releases_Newest_ComeNewestFirstWithTheirSignatures()
    {
        foreach (var version in new[] { 1, 3, 2 })
            Assert.True(await Store.Releases.AddAsync(NewRelease($"version {version}") with { Version = version, ReleaseId = Guid.NewGuid() }, [], Event("publish"), Token));

        var newest = await Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 2, Token);

        Assert.Equal([3L, 2L], newest.Select(static release => release.Version));
        Assert.All(newest, static release => Assert.Equal(NewRelease("").Signatures.Count, release.Signatures.Count));
        Assert.Empty(await Store.Releases.ReadNewestAsync(ReleaseKind.Suppression, 2, Token));
    }

    [Fact]
    public async Task ReleaseLog_EachRelease_HasALineThatFollows()
    {
        Assert.Equal(ReleaseLogHead.None, await Store.Releases.ReadLogHeadAsync(Token));
        for (var version = 1; version <= 3; version++)
            await Store.Releases.AddAsync(NewRelease($"version {version}") with { Version = version, Metadata = [(byte)version] }, [], Event("publish"), Token);
        Assert.False(await Store.Releases.AddAsync(NewRelease("taken"), [], Event("publish"), Token));

        var head = ReleaseLogHead.None;
        foreach (var line in await Store.Releases.ReadLogAsync(0, 100, Token))
            head = head.Take(line).Value;

        Assert.Equal(3UL, head.Size);
        Assert.Equal(head, await Store.Releases.ReadLogHeadAsync(Token));
        var last = ReleaseLogEntry.Parse(Assert.Single(await Store.Releases.ReadLogAsync(2, 100, Token))).Value;
        Assert.Equal((3UL, ReleaseKind.Watchlist), (last.Version, last.Kind));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData([3]), last.MetadataSha256.ToArray());
    }

    /// <summary>Said each minute, written each hour; what was never published is told once.</summary>
    [Fact]
    public async Task Confirmations_OfAnAppliance_AreKeptAndSplitViewsToldOnce()
    {
        await AddApplianceAsync("ap-1");
        await Store.Releases.AddAsync(NewRelease("first"), [], Event("publish"), Token);
        var told = 0;
        var (right, wrong) = (
            new ConfirmedRelease(ReleaseKind.Watchlist, 1, ReadOnlyMemory<byte>.Empty, new byte[32]),
            new ConfirmedRelease(ReleaseKind.Watchlist, 1, ReadOnlyMemory<byte>.Empty, Enumerable.Repeat((byte)7, 32).ToArray()));
        foreach (var (release, minutes) in new[] { (right, 0), (right, 59), (wrong, 60), (wrong, 61), (wrong, 200), (right, 300) })
            await Store.Confirmations.NoteAsync("ap-1", [release], Now.AddMinutes(minutes), _ => { told++; return Event("split"); }, Token);

        var said = await Store.Confirmations.ListAsync(ReleaseKind.Watchlist, Token);

        Assert.Equal(1, told);
        Assert.Equal((true, Now, Now.AddMinutes(300)), said.Where(static one => one.IsKnown).Select(static one => (one.IsKnown, one.FirstAt, one.LastAt)).Single());
        Assert.Equal((Now.AddMinutes(60), Now.AddMinutes(200)), said.Where(static one => !one.IsKnown).Select(static one => (one.FirstAt, one.LastAt)).Single());
        Assert.Empty(await Store.Confirmations.ListAsync(ReleaseKind.Suppression, Token));
    }

    [Fact]
    public async Task Confirmations_OfYears_AreBounded()
    {
        await AddApplianceAsync("ap-1");
        for (var version = 1; version <= 70; version++)
        {
            await Store.Releases.AddAsync(NewRelease($"version {version}") with { Version = version, ReleaseId = Guid.NewGuid(), StateRoot = Enumerable.Repeat((byte)version, 32).ToArray() }, [], Event("publish"), Token);
            await NoteAsync(version, (byte)version);
        }

        var told = 0;
        for (byte madeUp = 100; madeUp < 130; madeUp++)
            told += await NoteAsync(5, madeUp);

        var said = await Store.Confirmations.ListAsync(ReleaseKind.Watchlist, Token);
        Assert.Equal(Enumerable.Range(7, 64), said.Where(static one => one.IsKnown).Select(static one => (int)one.Version).Order());
        Assert.Equal((16, 16), (told, said.Count(static one => !one.IsKnown)));

        async Task<int> NoteAsync(long version, byte root)
        {
            var splits = 0;
            await Store.Confirmations.NoteAsync(
                "ap-1", [new ConfirmedRelease(ReleaseKind.Watchlist, version, ReadOnlyMemory<byte>.Empty, Enumerable.Repeat(root, 32).ToArray())], Now,
                _ => { splits++; return Event("split"); }, Token);
            return splits;
        }
    }

    /// <summary>A database that was restored has forgotten a release that posts have; one that claims too much is not believed.</summary>
    [Fact]
    public async Task Releases_NextVersion_IsAboveWhatPostsHave()
    {
        await AddApplianceAsync("ap-1");
        await Store.Releases.AddAsync(NewRelease("first"), [], Event("publish"), Token);
        Assert.Equal(2, await Store.Releases.ReadNextVersionAsync(ReleaseKind.Watchlist, Token));
        foreach (var version in new[] { 7, long.MaxValue - 1 })
        {
            await Store.Confirmations.NoteAsync(
                "ap-1", [new ConfirmedRelease(ReleaseKind.Watchlist, version, ReadOnlyMemory<byte>.Empty, new byte[32])], Now, static _ => Event("split"), Token);
        }

        Assert.Equal(8, await Store.Releases.ReadNextVersionAsync(ReleaseKind.Watchlist, Token));
        Assert.Equal(1, await Store.Releases.ReadNextVersionAsync(ReleaseKind.Suppression, Token));
    }

    [Fact]
    public async Task Releases_SegmentsRemoved_LeaveTheOthersAndWhatIsNotThere()
    {
        var (gone, stays) = (Enumerable.Repeat((byte)1, 32).ToArray(), Enumerable.Repeat((byte)2, 32).ToArray());
        await Store.Releases.AddAsync(NewRelease("first"), [new SealedSegment(gone, new byte[70_000]), new SealedSegment(stays, new byte[10])], Event("publish"), Token);

        await Store.Releases.RemoveSegmentsAsync([gone, new byte[32]], Token);

        Assert.Null(await Store.Releases.ReadSegmentAsync(gone, 0, 10, Token));
        Assert.Equal(10, (await Store.Releases.ReadSegmentAsync(stays, 0, 100, Token))!.Length);
    }

    [Fact]
    public async Task Staff_NumberTwice_IsRefusedAlsoAfterDisabling()
    {
        Assert.True(await AddStaffAsync("a", "N-1"));
        Assert.False(await AddStaffAsync("b", "N-1"));
        await Store.Staff.DisableAsync("a", Event("a"), Token);

        Assert.False(await AddStaffAsync("b", "N-1"));
        Assert.True(await AddStaffAsync("b", "N-2"));
    }

    [Fact]
    public async Task Authenticator_StepInParallel_IsUsedOnce()
    {
        await AddStaffAsync("a", "N-1");
        await Store.Staff.SetAuthenticatorAsync("a", [1], 10, Event("a"), Token);

        var uses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.Staff.UseAuthenticatorStepAsync("a", 11, Token), Token)));

        Assert.Single(uses, static isUsed => isUsed);
        Assert.False(await Store.Staff.UseAuthenticatorStepAsync("a", 10, Token));
        Assert.True((await Store.Staff.FindAsync("a", Token))!.HasSecondFactor);
    }

    [Fact]
    public async Task Session_MoreThanAllowed_EndsTheOldestOfThatAccountAlone()
    {
        await AddStaffAsync("a", "N-1");
        await AddStaffAsync("b", "N-2");
        await StartSessionAsync("b", 1, 0);
        for (byte i = 2; i <= 5; i++)
            await StartSessionAsync("a", i, i);

        var open = await Store.Sessions.ListAsync("a", Token);

        Assert.Equal([3, 4, 5], open.Select(static session => (int)session.IdHash[0]));
        Assert.Single(await Store.Sessions.ListAsync("b", Token));
        Assert.NotNull((await Store.Sessions.FindAsync(new byte[] { 2 }, Token))!.EndedAt);
        Assert.True(await Store.Sessions.EndAsync(new byte[] { 3 }, Event("a"), Token));
        Assert.False(await Store.Sessions.EndAsync(new byte[] { 3 }, Event("a"), Token));
    }

    [Fact]
    public async Task Passkey_CounterInParallel_CountsOnceAndRemovedOnesStay()
    {
        await AddStaffAsync("a", "N-1");
        Assert.True(await AddPasskeyAsync("a", 7));
        Assert.False(await AddPasskeyAsync("a", 7));

        var uses = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => Store.Passkeys.UseAsync(new byte[] { 7 }, 0, 1, false, Token), Token)));

        Assert.Single(uses, static isUsed => isUsed);
        Assert.True(await Store.Passkeys.RemoveAsync("a", new byte[] { 7 }, Event("a"), Token));
        Assert.False(await Store.Passkeys.UseAsync(new byte[] { 7 }, 1, 2, false, Token));
        Assert.NotNull((await Store.Passkeys.FindAsync(new byte[] { 7 }, Token))!.RemovedAt);
        Assert.Empty(await Store.Passkeys.ListAsync("a", Token));
        Assert.Equal(0, (await Store.Staff.FindAsync("a", Token))!.PasskeyCount);
    }

    [Fact]
    public async Task Passkey_WithoutACounter_CanBeUsedAgain()
    {
        await AddStaffAsync("a", "N-1");
        await AddPasskeyAsync("a", 7);

        Assert.True(await Store.Passkeys.UseAsync(new byte[] { 7 }, 0, 0, false, Token));
        Assert.True(await Store.Passkeys.UseAsync(new byte[] { 7 }, 0, 0, true, Token));
        Assert.True((await Store.Passkeys.FindAsync(new byte[] { 7 }, Token))!.IsBackedUp);
    }

    [Fact]
    public async Task Ceremony_TakenInParallel_IsTakenOnceAndNotTooLate()
    {
        await Store.Passkeys.BeginAsync(new PasskeyCeremony([1], "register", "a", "state", Now.AddMinutes(5)), Now, Token);
        await Store.Passkeys.BeginAsync(new PasskeyCeremony([2], "register", "a", "state", Now.AddMinutes(5)), Now, Token);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.Passkeys.TakeAsync(new byte[] { 1 }, Now, Token), Token)));

        Assert.Equal("state", Assert.Single(taken, static ceremony => ceremony is not null)!.State);
        Assert.Null(await Store.Passkeys.TakeAsync(new byte[] { 2 }, Now.AddMinutes(5), Token));
    }

    [Fact]
    public async Task Approval_LastYesInParallel_TakesEffectOnce()
    {
        var id = Guid.NewGuid();
        Assert.True(await ProposeAsync(id));
        Assert.False(await ProposeAsync(Guid.NewGuid()));
        var added = new StaffAccount { Name = "new", StaffNumber = "N-9", Role = StaffRole.Auditor, PasswordHash = "x", Stamp = [1], CreatedAt = Now };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(
            () => Store.Approvals.AssertAsync(id, Yes($"p{i}"), 2, new RoleEffect(added, null, Event("new")), Event($"p{i}"), Token), Token)));

        Assert.Single(outcomes, AssertOutcome.Noted);
        Assert.Single(outcomes, AssertOutcome.Approved);
        Assert.Equal(4, outcomes.Count(static outcome => outcome == AssertOutcome.NotOpen));
        Assert.Equal(2, (await Store.Approvals.FindAsync(id, Token))!.Assertions.Count);
        Assert.NotNull(await Store.Staff.FindAsync("new", Token));
        Assert.NotNull(await Store.Approvals.FindApprovedAsync(ApprovalKind.Role, new byte[] { 2 }, Token));
        Assert.Null(await Store.Approvals.FindApprovedAsync(ApprovalKind.People, new byte[] { 2 }, Token));
    }

    [Fact]
    public async Task Approval_WhoseEffectCannotBe_KeepsNothingOfTheLastYes()
    {
        var id = Guid.NewGuid();
        await ProposeAsync(id);
        await AddStaffAsync("taken", "N-9");
        var added = new StaffAccount { Name = "new", StaffNumber = "N-9", Role = StaffRole.Auditor, PasswordHash = "x", Stamp = [1], CreatedAt = Now };
        var lines = (await Store.Audit.ReadNewestAsync(1, Token))[0].Sequence;

        var outcome = await Store.Approvals.AssertAsync(id, Yes("p"), 1, new RoleEffect(added, null, Event("new")), Event("p"), Token);

        Assert.Equal(AssertOutcome.Overtaken, outcome);
        Assert.Empty((await Store.Approvals.FindAsync(id, Token))!.Assertions);
        Assert.Equal(lines, (await Store.Audit.ReadNewestAsync(1, Token))[0].Sequence);
    }

    [Fact]
    public async Task Entry_ApprovedByManyAtOnce_TakesEffectOnceAndIsListed()
    {
        var proposal = Addition("hand:1", "one");
        Assert.True(await ProposeAsync(proposal));
        Assert.False(await ProposeAsync(Addition("hand:1", "another") with { ProposalId = Guid.NewGuid() }));
        Assert.True(await ReviewAsync(proposal));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => ApproveAsync(proposal, $"p{i}"), Token)));

        Assert.Single(outcomes, AssertOutcome.Approved);
        Assert.Equal(5, outcomes.Count(static outcome => outcome == AssertOutcome.NotOpen));
        var listed = await Store.Lists.ReadAsync(Token);
        Assert.Equal(proposal.Record, Assert.Single(listed.Entries).Record);
        Assert.Equal(
            [EntryStepKind.Proposed, EntryStepKind.ReviewPassed, EntryStepKind.Approved],
            (await Store.Entries.ReadHistoryAsync("hand:1", Token)).Select(static step => step.Kind));
        var list = Assert.Single(await Store.Lists.ListAsync(Token));
        Assert.Equal(("by hand", true, 1), (list.Name, list.IsByHand, list.EntryCount));
    }

    [Fact]
    public async Task Entry_ReviewedByManyAtOnce_HasOneReview()
    {
        var proposal = Addition("hand:1", "one");
        await ProposeAsync(proposal);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(
            () => ReviewAsync(proposal, $"r{i}", i % 2 == 0 ? EntryStepKind.ReviewPassed : EntryStepKind.ReviewReturned), Token)));

        Assert.Single(outcomes, true);
        Assert.Equal(2, (await Store.Entries.ReadHistoryAsync("hand:1", Token)).Count);
        var after = (await Store.Entries.FindProposalAsync(proposal.ProposalId, Token))!;
        Assert.Equal(after.Review == EntryReview.Returned ? ApprovalState.Refused : ApprovalState.Open, after.State);
    }

    [Theory]
    [InlineData("unreviewed")]
    [InlineData("returned")]
    [InlineData("by the reviewer")]
    [InlineData("by the proposer")]
    [InlineData("another record")]
    [InlineData("the entry is there")]
    [InlineData("the list is imported")]
    public async Task Entry_ApprovedAgainstTheRules_ChangesNothing(string rule)
    {
        var proposal = Addition("hand:1", "one");
        await ProposeAsync(proposal);
        if (rule != "unreviewed")
            await ReviewAsync(proposal, "reviewer", rule == "returned" ? EntryStepKind.ReviewReturned : EntryStepKind.ReviewPassed);
        if (rule == "the entry is there")
            Assert.True(await ReplaceAsync("imported", ("hand:1", "two")));
        if (rule == "the list is imported")
            Assert.True(await ReplaceAsync("by hand", ("un:1", "two")));
        var before = await Store.Lists.ReadAsync(Token);

        var outcome = await ApproveAsync(
            rule == "another record" ? proposal with { Record = RecordOf("hand:1", "another") } : proposal,
            rule == "by the reviewer" ? "reviewer" : rule == "by the proposer" ? "proposer" : "approver");

        Assert.Equal(rule == "returned" ? AssertOutcome.NotOpen : AssertOutcome.Overtaken, outcome);
        Assert.Empty((await Store.Approvals.FindAsync(proposal.ProposalId, Token))!.Assertions);
        var after = await Store.Lists.ReadAsync(Token);
        Assert.Equal(before.Entries.Select(static entry => (entry.EntryId, entry.ListName)), after.Entries.Select(static entry => (entry.EntryId, entry.ListName)));
        Assert.Equal(before.HistoryEnd, after.HistoryEnd);
    }

    [Fact]
    public async Task Entry_ChangedSinceItWasProposed_IsOvertaken()
    {
        await ReplaceAsync("imported", ("un:1", "one"));
        var removal = OfImported(EntryChangeKind.Removal, "un:1", "one");
        await ProposeAsync(removal);
        await ReviewAsync(removal);
        await ReplaceAsync("imported", ("un:1", "two"));

        Assert.Equal(AssertOutcome.Overtaken, await ApproveAsync(removal, "approver"));
        Assert.Empty((await Store.Lists.ReadAsync(Token)).Held);
    }

    [Fact]
    public async Task Entry_OfASourceRemovedByHand_IsHeldBackUntilTheSourceDropsIt()
    {
        await ReplaceAsync("imported", ("un:1", "one"), ("un:2", "two"));
        var removal = OfImported(EntryChangeKind.Removal, "un:1", "one");
        await ProposeAsync(removal);
        await ReviewAsync(removal);
        await ApproveAsync(removal, "approver");
        await ReplaceAsync("imported", ("un:1", "one, changed"), ("un:2", "two"));
        var held = await Store.Lists.ReadAsync(Token);
        await ReplaceAsync("imported", ("un:2", "two"));
        await ReplaceAsync("imported", ("un:1", "one"), ("un:2", "two"));

        Assert.Equal(["un:1"], held.Held);
        Assert.Equal(2, held.Entries.Count);
        Assert.Empty((await Store.Lists.ReadAsync(Token)).Held);
        Assert.Equal(EntryStepKind.HoldEnded, (await Store.Entries.ReadHistoryAsync("un:1", Token))[^1].Kind);
    }

    [Fact]
    public async Task Entry_HeldBackAndRestored_CountsAgain()
    {
        await ReplaceAsync("imported", ("un:1", "one"));
        foreach (var kind in (EntryChangeKind[])[EntryChangeKind.Removal, EntryChangeKind.Restoration])
        {
            var proposal = OfImported(kind, "un:1", "one");
            await ProposeAsync(proposal);
            await ReviewAsync(proposal);
            Assert.Equal(AssertOutcome.Approved, await ApproveAsync(proposal, "approver"));
        }

        Assert.Empty((await Store.Lists.ReadAsync(Token)).Held);
    }

    [Fact]
    public async Task Entry_OfASource_IsNotChangedByHandButClearedOf()
    {
        await ReplaceAsync("imported", ("un:1", "one"));
        var change = OfImported(EntryChangeKind.Change, "un:1", "one") with { Record = RecordOf("un:1", "another") };
        await ProposeAsync(change);
        await ReviewAsync(change);
        var changed = await ApproveAsync(change, "approver");
        await Store.Approvals.RefuseAsync(change.ProposalId, "approver", "overtaken", Step(change, EntryStepKind.Refused, "approver"), Event("x"), Token);
        var clearing = OfImported(EntryChangeKind.Clearing, "un:1", "one") with { Record = RecordOf("un:1", "one", 800_000, "UT77") };
        await ProposeAsync(clearing);
        await ReviewAsync(clearing);

        Assert.Equal((AssertOutcome.Overtaken, AssertOutcome.Approved), (changed, await ApproveAsync(clearing, "approver")));
        Assert.Equal(clearing.Record, (await Store.Entries.FindAsync("un:1", Token))!.Record);
    }

    [Theory]
    [InlineData(EntryChangeKind.Removal)]
    [InlineData(EntryChangeKind.Clearing)]
    public async Task Entry_ListedAgainWithALaterEnd_OvertakesNothingAndKeepsItsEnd(EntryChangeKind kind)
    {
        await ReplaceAsync("imported", ("un:1", "one"));
        var proposal = OfImported(kind, "un:1", "one") with
        {
            Record = kind == EntryChangeKind.Clearing ? RecordOf("un:1", "one", 800_000, "UT77") : RecordOf("un:1", "one"),
        };
        await ProposeAsync(proposal);
        await ReviewAsync(proposal);
        var seen = (await Store.Lists.ReadAsync(Token)).HistoryEnd;
        await Store.Lists.ReplaceAsync("imported", "csv", [new ListEntry("un:1", "imported", RecordOf("un:1", "one", 800_001))], seen, [], Event("import"), Token);

        Assert.Equal(AssertOutcome.Approved, await ApproveAsync(proposal, "approver"));

        var stored = (await Store.Entries.FindAsync("un:1", Token))!.Record;
        Assert.Equal(kind == EntryChangeKind.Clearing ? RecordOf("un:1", "one", 800_001, "UT77") : RecordOf("un:1", "one", 800_001), stored);
        Assert.Equal(kind == EntryChangeKind.Removal, (await Store.Lists.ReadAsync(Token)).Held.Contains("un:1"));
    }

    [Fact]
    public async Task ReplaceList_AnEntryWentAStepMeanwhile_ChangesNothing()
    {
        var seen = (await Store.Lists.ReadAsync(Token)).HistoryEnd;
        await ProposeAsync(Addition("hand:1", "one"));

        Assert.False(await Store.Lists.ReplaceAsync("imported", "csv", [new ListEntry("un:1", "imported", [1])], seen, [], Event("import"), Token));
        Assert.Empty((await Store.Lists.ReadAsync(Token)).Entries);
    }

    [Fact]
    public async Task Entry_Published_InTheFirstVersionThatWasCompiledAfterIt()
    {
        var proposal = Addition("hand:1", "one");
        await ProposeAsync(proposal);
        await ReviewAsync(proposal);
        var before = NewRelease("before");
        await Store.Entries.NoteCompilationAsync(new Compilation(before.ReleaseId, Now, (await Store.Lists.ReadAsync(Token)).HistoryEnd, 0, []), Token);
        await ApproveAsync(proposal, "approver");
        var step = (await Store.Entries.ReadHistoryAsync("hand:1", Token))[^1];
        var after = NewRelease("after") with { Version = 2 };
        await Store.Entries.NoteCompilationAsync(new Compilation(after.ReleaseId, Now, step.Sequence, 3, []), Token);
        await Store.Releases.AddAsync(before, [], Event("before"), Token);

        Assert.Null(await Store.Entries.FindPublicationOfAsync(step.Sequence, Token));
        Assert.True(await Store.Entries.HasUnpublishedEditAsync("proposer", Token) && await Store.Entries.HasUnpublishedEditAsync("reviewer", Token));
        Assert.False(await Store.Entries.HasUnpublishedEditAsync("approver", Token));
        await Store.Releases.AddAsync(after, [], Event("after"), Token);
        Assert.False(await Store.Entries.HasUnpublishedEditAsync("proposer", Token));
        Assert.Equal(2, await Store.Entries.FindPublicationOfAsync(step.Sequence, Token));
        Assert.Equal(3, (await Store.Entries.FindCompilationAsync(after.ReleaseId, Token))!.SuspendedCount);
    }

    [Fact]
    public async Task DueNote_ManyAtOnce_IsWrittenOnce()
    {
        var noted = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            () => Store.Entries.NoteDueAsync("Utopia", new DateOnly(2027, 1, 1), 30, Event("due"), Token), Token)));

        Assert.Single(noted, true);
        Assert.True(await Store.Entries.NoteDueAsync("Utopia", new DateOnly(2027, 1, 1), 7, Event("due"), Token));
        Assert.Equal(2, (await Store.Audit.ReadAfterAsync(0, 100, Token)).Count(static line => line.Event.Subject == "due"));
    }

    [Fact]
    public async Task Suppression_OrderedByManyAtOnce_IsOneAndFollowsItsReleases()
    {
        var orders = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => OrderAsync("uto:9", Now, $"p{i}"), Token)));
        var number = Assert.Single(orders, static order => order is not null)!.Value;
        var release = NewRelease("suppression") with { Kind = ReleaseKind.Suppression };
        await Store.Suppressions.StageAsync([number], Guid.NewGuid(), Token);
        await Store.Suppressions.StageAsync([number], release.ReleaseId, Token);
        var waiting = Assert.Single(await Store.Suppressions.ListAsync(Token));
        await Store.Releases.AddAsync(release, [], Event("suppression"), Token);
        await Store.Suppressions.StageAsync([number], Guid.NewGuid(), Token);
        var inForce = Assert.Single(await Store.Suppressions.ListAsync(Token));
        var list = NewRelease("list");
        await Store.Entries.NoteCompilationAsync(new Compilation(list.ReleaseId, Now, 0, 0, [number]), Token);
        var compiled = Assert.Single(await Store.Suppressions.ListAsync(Token));
        await Store.Releases.AddAsync(list, [], Event("list"), Token);
        var ratified = Assert.Single(await Store.Suppressions.ListAsync(Token));

        Assert.Equal((null, (long?)1), (waiting.Version, inForce.Version));
        Assert.True(waiting.IsWaiting(Now) && inForce.IsInForce(Now) && inForce.IsUnratified(Now.AddHours(72)));
        Assert.Equal((null, (long?)1), (compiled.RatifiedBy, ratified.RatifiedBy));
        Assert.False(ratified.IsUnratified(Now.AddHours(72)));
        Assert.True(await Store.Suppressions.NoteRatifiedAsync(number, Event("r"), Token));
        Assert.False(await Store.Suppressions.NoteRatifiedAsync(number, Event("r"), Token));
        Assert.True(await Store.Suppressions.NoteUnratifiedAsync(number, Event("u"), Token));
        Assert.False(await Store.Suppressions.NoteUnratifiedAsync(number, Event("u"), Token));
        Assert.Null(await OrderAsync("uto:9", Now.AddHours(71), "p"));
        Assert.Equal(number + 1, await OrderAsync("uto:9", Now.AddHours(72), "p"));
    }

    [Fact]
    public async Task Staff_ParallelGuesses_AreAllCounted()
    {
        await Store.Staff.AddAsync(
            new StaffAccount { Name = "m", Role = StaffRole.Monitor, PasswordHash = "x", Stamp = [1], CreatedAt = Now }, Event("m"), Token);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(
            () => Store.Staff.BeginAttemptAsync("m", Now, static attempts => attempts < 5 ? TimeSpan.Zero : TimeSpan.FromMinutes(1), Token), Token)));

        var account = await Store.Staff.FindAsync("m", Token);
        Assert.Equal(5, account!.FailedAttempts);
        Assert.Equal(Now.AddMinutes(1), account.LockedUntil);
    }

    [Fact]
    public async Task HoldSigner_ByTwo_IsHeldByOneAtATime()
    {
        var first = await Store.HoldSignerAsync(Token);
        var second = Store.HoldSignerAsync(Token);
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();

        await (await second.WaitAsync(TimeSpan.FromSeconds(20), Token)).DisposeAsync();
    }

    [Fact]
    public async Task ChangeMark_AfterACommit_Differs()
    {
        // Others may write into other databases of the same server, which PostgreSQL's mark shows too; so not every pair need be equal.
        var marks = new List<long>();
        while (marks.Count < 200 && (marks.Count < 2 || marks[^1] != marks[^2]))
            marks.Add(await Store.ReadChangeMarkAsync(Token));
        await Store.Audit.AppendAsync(Event("change"), Token);

        Assert.Equal(marks[^2], marks[^1]);
        Assert.NotEqual(marks[^1], await Store.ReadChangeMarkAsync(Token));
    }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<bool> AddStaffAsync(string name, string number) => Store.Staff.AddAsync(
        new StaffAccount { Name = name, StaffNumber = number, Role = StaffRole.Monitor, PasswordHash = "x", Stamp = [1], CreatedAt = Now }, Event(name), Token);

    private Task StartSessionAsync(string name, byte id, int seconds) => Store.Sessions.StartAsync(
        new StaffSession([id], name, false, Now.AddSeconds(seconds), Now.AddSeconds(seconds), null), 3, Now.AddHours(-8), Event(name), Token);

    private Task<bool> AddPasskeyAsync(string name, byte id) => Store.Passkeys.AddAsync(
        new StaffPasskey([id], name, [1], "test", 0, ["internal"], false, false, Now, null), Event(name), Token);

    private Task<bool> ProposeAsync(Guid id) => Store.Approvals.ProposeAsync(
        new Approval(id, ApprovalKind.Role, [1], [2], [3], "proposer", Now, ApprovalState.Open, null, "", "", []), null, Event("proposer"), Token);

    private static EntryProposal Addition(string entryId, string record) => new()
    {
        ProposalId = Guid.NewGuid(),
        Kind = EntryChangeKind.Addition,
        EntryId = entryId,
        ListName = "by hand",
        Record = RecordOf(entryId, record),
        BaseHash = [],
        Reason = "a test",
        Proposer = "proposer",
        ProposedAt = Now,
    };

    private static EntryProposal OfImported(EntryChangeKind kind, string entryId, string record)
    {
        var addition = Addition(entryId, record);
        return addition with { Kind = kind, ListName = "imported", BaseHash = EntrySubstance.HashOf(addition.Record) };
    }

    private static byte[] RecordOf(string entryId, string purpose, int expiresOn = 800_000, params string[] clearedDocuments) => EntryRecord.Encode(new WatchlistEntry
    {
        EntryId = entryId,
        ListName = "a list",
        Owner = "police",
        LegalBasis = "act",
        Purpose = purpose,
        Action = RequestedAction.Inquire,
        Evidence = EvidenceGrade.Documented,
        ExpiresOn = DateOnly.FromDayNumber(expiresOn),
        Names = [new ListedName("Brandvold, Isaura", NameQuality.Primary)],
        Cleared = [.. clearedDocuments.Select(static number => new ClearedTraveller(number, "UTO", default, DateOnly.FromDayNumber(900_000), "redress 7"))],
    });

    private static EntryStep Step(EntryProposal proposal, EntryStepKind kind, string actor) =>
        new(0, proposal.EntryId, proposal.ProposalId, kind, Now, actor, "", []);

    private Task<bool> ProposeAsync(EntryProposal entry) => Store.Approvals.ProposeAsync(
        new Approval(
            entry.ProposalId, ApprovalKind.Entry, entry.ProposalId.ToByteArray(), entry.ProposalId.ToByteArray(), [3], entry.Proposer, Now,
            ApprovalState.Open, null, "", "", []),
        entry, Event("proposer"), Token);

    private Task<bool> ReviewAsync(EntryProposal proposal, string reviewer = "reviewer", EntryStepKind kind = EntryStepKind.ReviewPassed) =>
        Store.Entries.ReviewAsync(Step(proposal, kind, reviewer), Event("review"), Token);

    private Task<AssertOutcome> ApproveAsync(EntryProposal proposal, string approver) => Store.Approvals.AssertAsync(
        proposal.ProposalId, Yes(approver), 1,
        new EntryEffect(proposal.ProposalId, System.Security.Cryptography.SHA256.HashData(proposal.Record), Event("effect")), Event("approve"), Token);

    private async Task<bool> ReplaceAsync(string listName, params (string EntryId, string Record)[] entries) => await Store.Lists.ReplaceAsync(
        listName, "csv", [.. entries.Select(entry => new ListEntry(entry.EntryId, listName, RecordOf(entry.EntryId, entry.Record)))],
        (await Store.Lists.ReadAsync(Token)).HistoryEnd, [], Event("import"), Token);

    private Task<long?> OrderAsync(string entryId, DateTimeOffset at, string actor) => Store.Suppressions.OrderAsync(
        new Suppression { Number = 0, EntryId = entryId, ListName = "Utopia", Reason = "a test", OrderedBy = actor, OrderedAt = at, LapsesAt = at.AddHours(72) },
        new EntryStep(0, entryId, null, EntryStepKind.Suppressed, at, actor, "a test", []), Event("order"), Token);

    private static ApprovalAssertion Yes(string name) => new(name, StaffRole.Administrator, [1], [2], [3], [4], [5], Now);

    private static AuditEvent Event(string subject) => new(Now, "test", AuditAction.SiteCreated, subject);

    private static Release NewRelease(string title) => new()
    {
        Kind = ReleaseKind.Watchlist,
        Version = 1,
        ReleaseId = Guid.NewGuid(),
        Title = title,
        EntryCount = 1,
        PublishedAt = Now,
        PublishedBy = "test",
        StateRoot = new byte[32],
        Metadata = [1],
        Signatures = [],
        WrappedContentKey = [1],
    };

    private static PeopleRelease PeopleRelease(string applianceId, long version) => new()
    {
        ApplianceId = applianceId,
        Version = version,
        Metadata = [1],
        Signatures = [],
        WrappedContentKey = [1],
        IssuedAt = Now,
    };

    private static SealedSegment Segment(byte content) => new(System.Security.Cryptography.SHA256.HashData([content]), new byte[] { content });

    private static Appliance Appliance(string id, string ticket, byte key) => new()
    {
        ApplianceId = id,
        PostName = "North",
        State = ApplianceState.Active,
        TicketId = ticket,
        SigningSpki = [key],
        StorageSpki = [2],
        HardwareSerial = "",
        Epoch = Guid.NewGuid(),
        JoinedAt = Now,
    };

    private Task AddTicketAsync(string id) => Store.Appliances.AddTicketsAsync([(TicketOf(id), Event(id))], Token);

    private static Ticket TicketOf(string id) => new()
    {
        TicketId = id,
        SecretSha256 = new byte[32],
        PostName = "North",
        HardwareSerial = "",
        IssuedAt = Now,
        ExpiresAt = Now.AddHours(1),
    };

    private async Task AddApplianceAsync(string id)
    {
        await AddTicketAsync("t-of-" + id);
        await Store.Appliances.RedeemTicketAsync(Appliance(id, "t-of-" + id, 1), Event(id), null, Token);
    }

    private static IncomingRecord[] Chain(string appliance, Guid epoch, int count)
    {
        var chain = RecordChain.Genesis(appliance, epoch, Lane.Encounters);
        var records = new IncomingRecord[count];
        for (var i = 0; i < count; i++)
        {
            var header = new RecordHeader
            {
                RecordId = Guid.NewGuid(),
                ApplianceId = appliance,
                Epoch = epoch,
                Lane = Lane.Encounters,
                Sequence = (ulong)i + 1,
                Kind = RecordKind.EncounterVerdict,
                ActorId = "1",
                WallUnixMicroseconds = 1,
                MonotonicMicroseconds = 1,
                BootId = epoch,
                ClockQuality = ClockQuality.Held,
                EncounterId = Guid.NewGuid(),
                PersonalAlgorithm = SealAlgorithm.Aes256Gcm,
            };
            var spki = Rig.TestSite.NewKeySpki();
            var sealedRecord = SealedRecord.Create(header, [1, 2, 3], spki, spki, chain);
            chain = sealedRecord.Chain.ToArray();
            records[i] = new IncomingRecord { Parsed = header, Sealed = sealedRecord, BlindTerms = [[1]] };
        }

        return records;
    }

    private static RecordRun Run(string appliance, Guid epoch, IncomingRecord[] records, int start, int count) => new()
    {
        ApplianceId = appliance,
        Epoch = epoch,
        Lane = Lane.Encounters,
        Records = records[start..(start + count)],
        ReceivedAt = Now,
        PreviousChain = start == 0 ? RecordChain.Genesis(appliance, epoch, Lane.Encounters) : records[start - 1].Sealed.Chain,
    };
}
