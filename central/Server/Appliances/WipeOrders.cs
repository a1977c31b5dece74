using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>What became of an order to wipe.</summary>
/// <param name="IsQueued">The appliance is given it when it next calls.</param>
/// <param name="ToSign">The order, where the policy keys are held by people; null when it is queued.</param>
internal sealed record WipeOrder(bool IsQueued, SigningFile? ToSign);

/// <summary>
/// Orders to wipe a lost appliance, signed by the policy role. Where people hold those keys the order travels to them as a file and comes
/// back signed; until then nothing is queued.
/// </summary>
internal sealed class WipeOrders(ICentralStore store, SiteKeys keys, Auditor auditor, TimeProvider time)
{
    /// <summary>A lost appliance may turn up years later.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(3653);

    private const int CommandsMax = 500;

    /// <summary>Queues the order, or gives it to be signed. One that waits already is not ordered again.</summary>
    public async Task<WipeOrder> OrderAsync(string applianceId, string actor, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await IsWaitingAsync(applianceId, cancellationToken))
                return new WipeOrder(true, null);
            var now = time.GetUtcNow();
            var number = await store.Commands.ReadNextNumberAsync(applianceId, cancellationToken);
            var statement = new CommandStatement(
                Guid.NewGuid(), applianceId, (ulong)number, CommandKind.Wipe, Instant.ToMicroseconds(now), Instant.ToMicroseconds(now + Life)).Encode();
            ReleaseSignature[] signatures = [.. keys.KeysOf(SigningRole.Policy).Select(key => key.SignRelease(statement))];
            if (signatures.Length < keys.Root.Trust.Find(SigningRole.Policy)!.Threshold)
                return new WipeOrder(false, SigningFile.Of(statement, keys.Roots[^1]).With(signatures));
            if (await QueueAsync(applianceId, number, statement, signatures, actor, cancellationToken))
                return new WipeOrder(true, null);
        }
    }

    /// <summary>Queues an order that people have signed.</summary>
    /// <param name="signed">Their copies of the file, put together.</param>
    /// <returns>The order, or a sentence saying why nothing was queued.</returns>
    public async Task<Result<CommandStatement, string>> FinishAsync(SigningFile signed, string actor, CancellationToken cancellationToken)
    {
        var bytes = signed.ToSign.Metadata;
        if (!CommandStatement.Parse(bytes).TryGet(out var read, out var malformed))
            return $"This is no order to wipe an appliance: {malformed.Reason}.";
        ReleaseSignature[] signatures = [.. signed.ToSign.ReleaseSignatures.Where(signature => keys.Root.RoleOf(signature.KeyId) == SigningRole.Policy)];

        // Central checks as the appliance will: what it would refuse is not queued.
        if (!CommandStatement.Verify(bytes, signatures, keys.Root.Trust, read.ApplianceId).TryGet(out var statement, out var failure))
            return $"The order is not queued: {failure.Reason}.";
        if (await store.Appliances.FindAsync(statement.ApplianceId, cancellationToken) is not { State: ApplianceState.Revoked })
            return $"The order is not queued: appliance {statement.ApplianceId} is not revoked. Report it lost first.";
        if (await IsWaitingAsync(statement.ApplianceId, cancellationToken))
            return $"An order to wipe {statement.ApplianceId} waits already.";
        return await QueueAsync(statement.ApplianceId, (long)statement.Number, bytes, signatures, actor, cancellationToken)
            ? statement
            : $"The order is not queued: its number {statement.Number} has been used since. Report the appliance lost again and have the new file signed.";
    }

    /// <summary>Takes back what waits. The appliance stays revoked.</summary>
    /// <returns>A sentence saying why not; null when it is done.</returns>
    public async Task<string?> WithdrawAsync(string applianceId, string reason, string actor, CancellationToken cancellationToken) =>
        await store.Commands.WithdrawAsync(applianceId, auditor.Event(actor, AuditAction.CommandWithdrawn, applianceId, reason), cancellationToken)
            ? null
            : $"No command waits for {applianceId}: there never was one, or it has been carried out.";

    private async Task<bool> IsWaitingAsync(string applianceId, CancellationToken cancellationToken) =>
        (await store.Commands.ReadAfterAsync(applianceId, 0, CommandsMax, cancellationToken))
            .Any(static command => command is { Kind: CommandKind.Wipe, IsWaiting: true });

    private Task<bool> QueueAsync(
        string applianceId, long number, byte[] statement, IReadOnlyList<ReleaseSignature> signatures, string actor, CancellationToken cancellationToken) =>
        store.Commands.AddAsync(
            new StoredCommand
            {
                ApplianceId = applianceId,
                Number = number,
                Kind = CommandKind.Wipe,
                Statement = statement,
                Signatures = signatures,
                OrderedAt = time.GetUtcNow(),
            },
            auditor.Event(actor, AuditAction.WipeOrdered, applianceId, $"command {number}"),
            cancellationToken);
}
