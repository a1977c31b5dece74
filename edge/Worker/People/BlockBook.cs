using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Worker.People;

/// <summary>An account that a supervisor blocked at this post.</summary>
public sealed record BlockedAccount(string StaffNumber, string BlockedBy, string Reason, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BlockedAccount[]))]
internal sealed partial class BlockJson : JsonSerializerContext;

/// <summary>
/// Accounts blocked at this post: a dismissed officer is out at once, before central's next release. A block stays until a
/// supervisor lifts it, whatever central issues.
/// </summary>
internal sealed class BlockBook
{
    private readonly Lock _gate = new();
    private readonly string _path;

    public BlockBook(DataFolder data)
    {
        _path = Path.Combine(data.State, "blocked-accounts");
        Blocked = [.. DataFolder.ReadState(_path, BlockJson.Default.BlockedAccountArray, [])];
    }

    internal ImmutableArray<BlockedAccount> Blocked { get; private set; }

    /// <summary>Said while the evidence lies there: whom a supervisor had blocked before is not known any more.</summary>
    internal string Problem => DataFolder.WasDamaged(_path)
        ? $"The list of blocked accounts was damaged and put aside ({_path}{DataFolder.DamagedEnding}): a supervisor must block again whom it held. Take the file away afterwards."
        : "";

    internal bool IsBlocked(string staffNumber) => Blocked.Any(blocked => blocked.StaffNumber == staffNumber);

    /// <summary>Blocks an account, durably; nothing changes when it is blocked already.</summary>
    /// <exception cref="IOException">The card cannot be written; the account is blocked until the next start.</exception>
    internal void Block(BlockedAccount account)
    {
        lock (_gate)
        {
            if (!IsBlocked(account.StaffNumber))
                Replace(Blocked.Add(account));
        }
    }

    /// <summary>Lifts a block; false when there was none.</summary>
    /// <exception cref="IOException">The card cannot be written; the block is back after the next start.</exception>
    internal bool Unblock(string staffNumber)
    {
        lock (_gate)
        {
            if (!IsBlocked(staffNumber))
                return false;
            Replace(Blocked.RemoveAll(blocked => blocked.StaffNumber == staffNumber));
            return true;
        }
    }

    private void Replace(ImmutableArray<BlockedAccount> blocked)
    {
        Blocked = blocked;
        DataFolder.Write(_path, JsonSerializer.SerializeToUtf8Bytes([.. blocked], BlockJson.Default.BlockedAccountArray));
    }
}
