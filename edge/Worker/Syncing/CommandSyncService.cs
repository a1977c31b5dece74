using System.Threading.Channels;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Fetches commands, verifies them, carries each out once at most and tells central. A command to wipe is obeyed at once when
/// nobody works here. Where somebody does, it waits some minutes with the screen saying so, since then the appliance is not
/// lost; central can be telephoned, and a command it has withdrawn is gone. That is how fast a wrong order can empty a nation.
/// </summary>
internal sealed class CommandSyncService(
    CentralLink link,
    CommandBook book,
    ApplianceIdentity identity,
    SiteTrust trust,
    RootSync roots,
    IReleaseSource central,
    ClockKeeper clock,
    DataFolder data,
    PostKeyring keyring,
    CounterSession session,
    EncounterBook encounters,
    InstalledList list,
    JournalStore journal,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    IOptions<SyncOptions> options,
    ILogger<CommandSyncService> logger) : BackgroundService
{
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long? _pendingSince;

    /// <summary>Central says that a command waits.</summary>
    internal void Ring() => _bell.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryRoundAsync(stoppingToken);
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(
                    Task.Delay(TimeSpan.FromSeconds(options.Value.CommandSeconds), time, ending.Token), _bell.Reader.ReadAsync(ending.Token).AsTask());
                await ending.CancelAsync();
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RoundAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            logger.SyncHeldUp(nameof(CommandSyncService), fault.Message);
        }
    }

    /// <summary>One look: (1) tell what is not told yet, (2) ask, (3) verify, (4) carry out or let wait.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        // 1
        if (!book.State.IsReported && !await ReportAsync(cancellationToken))
            return;

        // 2
        var asked = await link.CallAsync(
            async (channel, token) => await new CommandService.CommandServiceClient(channel).PullCommandsAsync(
                new PullCommandsRequest { AfterNumber = book.State.LastNumber }, cancellationToken: token),
            cancellationToken);
        if (!asked.TryGet(out var answer, out _))
            return;
        if (answer.Commands is not [var command, ..])
        {
            Withdraw();
            return;
        }

        // 3
        var verified = Verify(command);

        // The policy keys may have changed while this appliance was away: a wipe must reach it all the same.
        if (!verified.IsSuccess && (await roots.UpdateAsync(central, cancellationToken)).IsSuccess)
            verified = Verify(command);
        if (!verified.TryGet(out var statement, out var failure))
        {
            // A number that is not signed for settles nothing: a good command of that number may still come.
            logger.CommandRefused(command.Number, failure.ToString());
            return;
        }

        if (statement.Number <= book.State.LastNumber)
            return;
        if (clock.Read().TrustedUnixMicroseconds is { } now && statement.ExpiresAtUnixMicroseconds <= now)
        {
            book.Finish(statement.Number, CommandOutcome.Expired, "expired before it was read");
            await ReportAsync(cancellationToken);
            return;
        }

        // 4
        await CarryOutAsync(statement, cancellationToken);
    }

    private Result<CommandStatement, ReleaseFailure> Verify(Protos.V1.SignedCommand command) => CommandStatement.Verify(
        command.Statement.Memory, [.. command.Signatures.Select(Signature)], trust.Current.Trust, identity.ApplianceId);

    private async Task CarryOutAsync(CommandStatement statement, CancellationToken cancellationToken)
    {
        if (book.State.PendingNumber != statement.Number)
        {
            book.Begin(statement.Number);
            _pendingSince = null;
            logger.WipeReceived(statement.Number);
        }

        _pendingSince ??= time.GetTimestamp();
        var wait = TimeSpan.FromMinutes(options.Value.WipeWaitMinutes) - time.GetElapsedTime(_pendingSince.Value);
        if (session.Working is not null && wait > TimeSpan.Zero)
        {
            encounters.Notify(
                $"CENTRAL HAS ORDERED THIS APPLIANCE TO BE WIPED, as lost or stolen, in {Math.Ceiling(wait.TotalMinutes):0} minutes. If that is wrong, telephone central now.",
                isUrgent: true);
            return;
        }

        await WipeAsync(statement.Number, cancellationToken);
    }

    /// <summary>Memory first, then the card; central is told with the key that is still in memory.</summary>
    private async Task WipeAsync(ulong number, CancellationToken cancellationToken)
    {
        logger.WipeBegun(number);
        journal.Note(new RecordDraft(Lane.Alerts, RecordKind.WipeBegun, RecordDraft.Appliance), logger);
        session.End();
        encounters.Clear();
        list.Close();
        keyring.Close();
        ApplianceWipe.Run(data, clock.Read().Wall);
        book.Finish(number, CommandOutcome.Done, "keys, accounts and lists destroyed; the journal is kept, sealed to central");
        await ReportAsync(cancellationToken);
        lifetime.StopApplication();
    }

    private async Task<bool> ReportAsync(CancellationToken cancellationToken)
    {
        var state = book.State;
        var told = await link.CallAsync(
            async (channel, token) => await new CommandService.CommandServiceClient(channel).ReportCommandAsync(
                new ReportCommandRequest { Number = state.LastNumber, Outcome = (CommandOutcome)state.Outcome, Detail = state.Detail },
                cancellationToken: token),
            cancellationToken);
        if (told.IsSuccess)
            book.Reported();
        return told.IsSuccess;
    }

    /// <summary>Central no longer asks for what waited.</summary>
    private void Withdraw()
    {
        if (book.State.PendingNumber == 0)
            return;
        book.Begin(0);
        _pendingSince = null;
        encounters.Notify("Central has withdrawn the command to wipe this appliance.", isUrgent: false);
    }

    private static Releases.ReleaseSignature Signature(CommandSignature signature) => new(
        KeyId.TryRead(signature.KeyId.Span, out var id) ? id : default, (SignatureAlgorithm)signature.Algorithm, signature.Signature.Memory);
}
