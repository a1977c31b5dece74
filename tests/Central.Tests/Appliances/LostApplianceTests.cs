using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Appliances;

/// <summary>One action for a lost appliance, through real TLS.</summary>
public sealed class LostApplianceTests : IAsyncLifetime
{
    private readonly Guid _encounter = Guid.NewGuid();
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
        var genesis = _appliance.Head(Lane.Encounters).Chain;
        await _appliance.PushAsync(_appliance.Batch(
            Lane.Encounters, 1, genesis,
            _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, _encounter, InventedPerson.Traveller),
            _appliance.Next(Lane.Encounters, RecordKind.EncounterDecision, _encounter)));
    }

    public async ValueTask DisposeAsync()
    {
        _appliance.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Report_UnknownAppliance_DoesNothing() =>
        Assert.Contains("no appliance ap-nothing", (await ReportAsync("ap-nothing")).Failure, StringComparison.Ordinal);

    [Fact]
    public async Task Report_AppliancesOfAPost_RevokesQueuesAndNamesTheTravellers()
    {
        await _appliance.BeatAsync();

        var report = (await ReportAsync(_appliance.Id)).Value;

        Assert.True(report is { WasActive: true, Wipe.IsQueued: true, Unreadable: 0 });
        Assert.Equal(InventedPerson.Traveller.Surname, Assert.Single(report.Travellers).Person.Surname);
        Assert.NotNull(report.LastHealth);
        Assert.Equal(ApplianceState.Revoked, (await _site.Store.Appliances.FindAsync(_appliance.Id, Token))!.State);
        var lines = await _site.Store.Audit.ReadNewestAsync(3, Token);
        Assert.Equal([AuditAction.ApplianceLost, AuditAction.WipeOrdered, AuditAction.ApplianceRevoked], lines.Select(static line => line.Event.Action));
        Assert.Equal((LostAppliance.Purpose, "case 7"), (lines[0].Event.Purpose, lines[0].Event.CaseReference));
    }

    [Fact]
    public async Task Wipe_WherePeopleHoldTheKeys_IsDraftedSignedAndQueuedOnce()
    {
        await using var site = await TestSite.StartAsync(isBench: false);
        using var appliance = await site.EnrolAsync();
        var orders = site.App.Services.GetRequiredService<WipeOrders>();
        var draft = (await orders.OrderAsync(appliance.Id, TestSite.Actor, Token)).ToSign!;
        var signed = site.SignAsHolders(draft, SigningRole.Policy);

        var working = await orders.FinishAsync(signed, TestSite.Actor, Token);
        var report = (await site.App.Services.GetRequiredService<LostAppliance>().ReportAsync(appliance.Id, "stolen", "case 7", TestSite.Actor, Token)).Value;
        var unsigned = await orders.FinishAsync(draft, TestSite.Actor, Token);
        var wrongRole = await orders.FinishAsync(site.SignAsHolders(draft, SigningRole.People), TestSite.Actor, Token);
        var noCommand = await orders.FinishAsync(SigningFile.Of(site.Keys.Roots[^1].Metadata, null), TestSite.Actor, Token);
        var queued = await orders.FinishAsync(signed, TestSite.Actor, Token);
        var again = await orders.FinishAsync(signed, TestSite.Actor, Token);

        Assert.Contains("is not revoked", working.Failure, StringComparison.Ordinal);
        Assert.False(report.Wipe.IsQueued);
        Assert.Contains("WIPE appliance", SigningWords.Describe(draft)[0], StringComparison.Ordinal);
        Assert.Contains("0 of the 2", unsigned.Failure, StringComparison.Ordinal);
        Assert.Contains("0 of the 2", wrongRole.Failure, StringComparison.Ordinal);
        Assert.Contains("no order to wipe", noCommand.Failure, StringComparison.Ordinal);
        Assert.Equal(appliance.Id, queued.Value.ApplianceId);
        Assert.Contains("waits already", again.Failure, StringComparison.Ordinal);
        Assert.Single(await site.Store.Commands.ReadAfterAsync(appliance.Id, 0, 10, Token));
    }

    [Fact]
    public async Task Command_WithoutAStaffAccount_LetsTheApplianceGoAndShowsNoTraveller()
    {
        var lost = await _site.CommandAsync("appliances", "lost", _appliance.Id, "--reason", "stolen", "--case", "case 7");

        Assert.True(lost.Code == 0, lost.Error);
        Assert.Contains($"Revoked {_appliance.Id}", lost.Output, StringComparison.Ordinal);
        Assert.Contains("1 travellers' data", lost.Output, StringComparison.Ordinal);
        Assert.Contains("--as NAME", lost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(InventedPerson.Surname, lost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WherePeopleHoldTheKeys_WritesWhatTheySignAndQueuesItSigned()
    {
        await using var site = await TestSite.StartAsync(isBench: false);
        using var appliance = await site.EnrolAsync();
        var path = Path.Combine(site.Data.StagedFolder, $"wipe-{appliance.Id}.to-sign.json");

        var lost = await site.CommandAsync("appliances", "lost", appliance.Id, "--reason", "stolen", "--case", "case 7");
        var words = await site.CommandAsync("keys", "show", path);
        var early = await site.CommandAsync("appliances", "wipe", "--signed", path);
        site.SignAsHolders(SigningFile.Read(path), SigningRole.Policy).Write(path);
        var queued = await site.CommandAsync("appliances", "wipe", "--signed", path);

        Assert.Contains(path, lost.Output, StringComparison.Ordinal);
        Assert.Contains($"WIPE appliance {appliance.Id}", words.Output, StringComparison.Ordinal);
        Assert.Equal((1, 0), (early.Code, queued.Code));
        Assert.Contains("is queued", queued.Output, StringComparison.Ordinal);
        var pulled = await site.Store.Commands.ReadAfterAsync(appliance.Id, 0, 10, Token);
        Assert.True(CommandStatement.Verify(Assert.Single(pulled).Statement, pulled[0].Signatures, site.Keys.Root.Trust, appliance.Id).IsSuccess);
    }

    [Fact]
    public async Task Report_Repeated_OrdersOneWipe()
    {
        await ReportAsync(_appliance.Id);

        var again = (await ReportAsync(_appliance.Id)).Value;

        Assert.False(again.WasActive);
        Assert.Single(await _site.Store.Commands.ReadAfterAsync(_appliance.Id, 0, 10, Token));
    }

    [Fact]
    public async Task Report_ErasedTraveller_IsNotNamed()
    {
        var audit = new AuditEvent(_site.Time.GetUtcNow(), "test", AuditAction.RecordErased, "x");
        await _site.Store.Records.EraseAsync(new RecordKey(_appliance.Id, _appliance.Epoch, Lane.Encounters, 1), audit, Token);

        Assert.Empty((await ReportAsync(_appliance.Id)).Value.Travellers);
    }

    [Fact]
    public async Task PullCommands_RevokedAppliance_GetsTheSignedWipeAndNothingElse()
    {
        await ReportAsync(_appliance.Id);
        var commands = new Protos.V1.CommandService.CommandServiceClient(_appliance.Channel);

        var command = Assert.Single((await commands.PullCommandsAsync(new PullCommandsRequest(), cancellationToken: Token)).Commands);
        var statement = CommandStatement.Verify(
            command.Statement.Memory,
            [.. command.Signatures.Select(static signature => new Releases.ReleaseSignature(
                KeyId.TryRead(signature.KeyId.Span, out var id) ? id : default, (SignatureAlgorithm)signature.Algorithm, signature.Signature.Memory))],
            _site.Keys.Root.Trust, _appliance.Id).Value;

        Assert.Equal((CommandKind.Wipe, 1UL), (statement.Kind, statement.Number));
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await _appliance.Releases.GetReleaseAsync(
            new GetReleaseRequest { Kind = Protos.V1.ReleaseKind.Watchlist }, cancellationToken: Token));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.Empty((await commands.PullCommandsAsync(new PullCommandsRequest { AfterNumber = ulong.MaxValue }, cancellationToken: Token)).Commands);
    }

    [Fact]
    public async Task ReportCommand_TwiceOrUnknown_KeepsTheFirstOutcome()
    {
        await ReportAsync(_appliance.Id);
        var commands = new Protos.V1.CommandService.CommandServiceClient(_appliance.Channel);

        await commands.ReportCommandAsync(new ReportCommandRequest { Number = 1, Outcome = CommandOutcome.Done, Detail = "wiped" }, cancellationToken: Token);
        await commands.ReportCommandAsync(new ReportCommandRequest { Number = 1, Outcome = CommandOutcome.Refused, Detail = "x" }, cancellationToken: Token);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await commands.ReportCommandAsync(
            new ReportCommandRequest { Number = 9, Outcome = CommandOutcome.Done }, cancellationToken: Token));

        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        var stored = Assert.Single(await _site.Store.Commands.ReadAfterAsync(_appliance.Id, 0, 10, Token));
        Assert.Equal(((int)CommandOutcome.Done, "wiped"), (stored.Outcome, stored.Detail));
    }

    [Fact]
    public async Task PullCommands_OfAnotherAppliance_AreNotShown()
    {
        await ReportAsync(_appliance.Id);
        using var other = new TestAppliance(_site);
        await other.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");

        Assert.Empty((await new Protos.V1.CommandService.CommandServiceClient(other.Channel).PullCommandsAsync(
            new PullCommandsRequest(), cancellationToken: Token)).Commands);
    }

    [Fact]
    public async Task Report_TravellerOfAFork_IsNamedToo()
    {
        var genesis = RecordChain.Genesis(_appliance.Id, _appliance.Epoch, Lane.Encounters);
        _appliance.Rewind(Lane.Encounters, 0, genesis);
        var other = InventedPerson.Traveller with { Surname = "ZQMARKFORK" };
        var answer = await _appliance.PushAsync(_appliance.Batch(
            Lane.Encounters, 1, genesis, _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, Guid.NewGuid(), other)));
        Assert.Equal(PushOutcome.Fork, answer.Outcome);

        var report = (await ReportAsync(_appliance.Id)).Value;

        Assert.Equal(
            ["ZQMARKFORK", InventedPerson.Surname],
            report.Travellers.Select(static traveller => traveller.Person.Surname).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task PullCommands_RevokedAndLongExpired_StillGetsTheWipe()
    {
        await ReportAsync(_appliance.Id);
        _site.Time.Advance(TimeSpan.FromDays(3 * 365));

        var commands = new Protos.V1.CommandService.CommandServiceClient(_appliance.Channel);

        Assert.Single((await commands.PullCommandsAsync(new PullCommandsRequest(), cancellationToken: Token)).Commands);
        var refused = await Assert.ThrowsAsync<RpcException>(() => _appliance.RenewAsync());
        Assert.Contains("revoked", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Withdraw_OrderThatWaits_IsNotGivenAnyMore()
    {
        await ReportAsync(_appliance.Id);
        var commands = new Protos.V1.CommandService.CommandServiceClient(_appliance.Channel);

        var withdrawn = await _site.CommandAsync("appliances", "withdraw", _appliance.Id, "--reason", "found again");
        var again = await _site.CommandAsync("appliances", "withdraw", _appliance.Id, "--reason", "found again");

        Assert.Equal((0, 1), (withdrawn.Code, again.Code));
        Assert.Contains("No command waits", again.Error, StringComparison.Ordinal);
        Assert.Empty((await commands.PullCommandsAsync(new PullCommandsRequest(), cancellationToken: Token)).Commands);
        Assert.Equal(AuditAction.CommandWithdrawn, (await _site.Store.Audit.ReadNewestAsync(1, Token))[0].Event.Action);
        await ReportAsync(_appliance.Id);
        Assert.Equal(2UL, Assert.Single((await commands.PullCommandsAsync(new PullCommandsRequest(), cancellationToken: Token)).Commands).Number);
    }

    [Fact]
    public async Task Lost_Command_SaysWhatWasUnsentHowItWasKeptAndUntilWhenTheLeaseRuns()
    {
        await _site.Import.ImportAsync(
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);
        await _site.Publication.PublishAsync("", TestSite.Actor, Token);
        await _appliance.Releases.GetReleaseAsync(new GetReleaseRequest { Kind = Protos.V1.ReleaseKind.Watchlist }, cancellationToken: Token);
        await new Protos.V1.HealthService.HealthServiceClient(_appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest
            {
                RecordsWaiting = 7,
                OldestWaitingSeconds = 600,
                Parts = { new PartHealth { Part = "device-key", State = PartState.Ok, Detail = "sealed with a credential of this board" } },
            },
            cancellationToken: Token);

        var said = (await _site.CommandAsync("appliances", "lost", _appliance.Id, "--reason", "stolen", "--case", "case 7")).Output;

        Assert.Contains("7 records were not here yet, the oldest 10 minutes old. Its device key: sealed with a credential of this board", said, StringComparison.Ordinal);
        Assert.Contains("Its records are sealed one by one; their keys, and those of its list, open with the device key and a person's secret together.", said, StringComparison.Ordinal);
        var lease = (await _site.Store.Appliances.FindAsync(_appliance.Id, Token))!.LeasedUntil!.Value;
        Assert.InRange(lease - _site.Time.GetUtcNow(), TimeSpan.FromDays(14), TimeSpan.FromDays(14.25));
        Assert.Contains($"The lease of its list's key runs until {lease:yyyy-MM-dd}", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_PolicyKeysHeldByPeople_GivesTheOrderToSignAndQueuesItSigned()
    {
        var kept = _site.Data.SigningFolder;
        var elsewhere = Directory.CreateDirectory(Path.Combine(_site.Folder, "elsewhere")).FullName;
        foreach (var file in Directory.GetFiles(kept, "policy-*"))
            File.Move(file, Path.Combine(elsewhere, Path.GetFileName(file)));
        var order = Path.Combine(_site.Folder, "wipe.json");
        var said = await _site.CommandAsync("appliances", "lost", _appliance.Id, "--reason", "stolen", "--case", "case 7", "--wipe-out", order);
        Assert.Contains("NO COMMAND TO WIPE IT YET", said.Output, StringComparison.Ordinal);
        Assert.Empty(await _site.Store.Commands.ReadAfterAsync(_appliance.Id, 0, 10, Token));
        var unsigned = await _site.CommandAsync("appliances", "wipe", "--signed", order);
        Assert.Contains("0 of the 2 required", unsigned.Error, StringComparison.Ordinal);

        foreach (var file in Directory.GetFiles(elsewhere))
            File.Move(file, Path.Combine(kept, Path.GetFileName(file)));
        var shown = await _site.CommandAsync("keys", "sign", "--kept", "--yes", "--in", order);
        var queued = await _site.CommandAsync("appliances", "wipe", "--signed", order);

        Assert.Contains($"ORDER TO WIPE appliance {_appliance.Id}", shown.Output + shown.Error, StringComparison.Ordinal);
        Assert.True(queued.Code == 0, queued.Error);
        Assert.Single((await new Protos.V1.CommandService.CommandServiceClient(_appliance.Channel)
            .PullCommandsAsync(new PullCommandsRequest(), cancellationToken: Token)).Commands);
        var twice = await _site.CommandAsync("appliances", "wipe", "--signed", order);
        Assert.Contains("waits already", twice.Error, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<Result<LossReport, string>> ReportAsync(string id) =>
        _site.App.Services.GetRequiredService<LostAppliance>().ReportAsync(id, "stolen from the post", "case 7", "test", Token);
}
