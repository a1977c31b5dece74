using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>The command to wipe a lost appliance where people hold the policy keys: drafted here, signed elsewhere, queued here.</summary>
internal sealed class WipeOrder(ICentralStore store, SiteKeys keys, Auditor auditor, TimeProvider time)
{
    /// <summary>A lost appliance may turn up years later.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(3653);

    private const int WaitingMax = 500;

    /// <summary>Where the file to sign goes when nobody says otherwise.</summary>
    public static string ToSignPath(DataFolder folder, string applianceId) => Path.Combine(folder.StagedFolder, $"wipe-{applianceId}.to-sign.json");

    /// <summary>The file that two policy holders sign.</summary>
    public async Task<SigningFile> DraftAsync(string applianceId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var number = await store.Commands.ReadNextNumberAsync(applianceId, cancellationToken);
        var statement = new CommandStatement(
            Guid.NewGuid(), applianceId, (ulong)number, CommandKind.Wipe, Instant.ToMicroseconds(now), Instant.ToMicroseconds(now + Life));
        return SigningFile.Of(statement.Encode(), keys.Roots[^1]);
    }

    /// <summary>
    /// Queues a signed command. 1. Is it a command to wipe? 2. Is its appliance let go? A wipe is no way to stop a post that works.
    /// 3. Do its signatures hold, as the appliance will ask? 4. Is it the next in turn?
    /// </summary>
    /// <returns>The command, or why not, as a sentence.</returns>
    public async Task<Result<CommandStatement, string>> QueueAsync(SigningFile signed, string actor, CancellationToken cancellationToken)
    {
        // 1
        var bytes = signed.ToSign.Metadata;
        if (!CommandStatement.Parse(bytes).TryGet(out var statement, out _) || statement.Kind != CommandKind.Wipe)
            return "The file is no command to wipe an appliance.";

        // 2
        var id = statement.ApplianceId;
        if (await store.Appliances.FindAsync(id, cancellationToken) is not { State: ApplianceState.Revoked })
            return $"{id} has not been revoked; report it first with: central-checkpoint appliances lost";

        // 3
        ReleaseSignature[] signatures = [.. signed.ToSign.ReleaseSignatures];
        if (!CommandStatement.Verify(bytes, signatures, keys.Root.Trust, id).TryGet(out _, out var failure))
            return $"The command is not queued: {failure.Reason}.";

        // 4
        if ((await store.Commands.ReadAfterAsync(id, 0, WaitingMax, cancellationToken)).Any(static command => command is { Kind: CommandKind.Wipe, Outcome: null }))
            return $"A command to wipe {id} waits already.";
        var command = new StoredCommand
        {
            ApplianceId = id,
            Number = (long)statement.Number,
            Kind = CommandKind.Wipe,
            Statement = bytes,
            Signatures = signatures,
            OrderedAt = time.GetUtcNow(),
        };
        var isNext = command.Number == await store.Commands.ReadNextNumberAsync(id, cancellationToken);
        return isNext && await store.Commands.AddAsync(
            command, auditor.Event(actor, AuditAction.WipeOrdered, id, $"command {command.Number}, signed elsewhere"), cancellationToken)
            ? statement
            : "Another command was queued since this was drafted; draft it again with: central-checkpoint appliances lost";
    }
}
