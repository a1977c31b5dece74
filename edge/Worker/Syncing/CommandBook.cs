using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Protos.V1;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>How far commands have been carried out.</summary>
/// <param name="LastNumber">The last command that has an outcome.</param>
/// <param name="Outcome">Its outcome, as on the wire.</param>
/// <param name="IsReported">Central has been told.</param>
/// <param name="PendingNumber">A command that waits to be carried out; 0 for none.</param>
internal sealed record CommandState(ulong LastNumber, int Outcome, string Detail, bool IsReported, ulong PendingNumber);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CommandState))]
internal sealed partial class CommandJson : JsonSerializerContext;

/// <summary>Commands by number on the card, so that each is carried out once at most, whatever is lost on the way.</summary>
internal sealed class CommandBook
{
    private readonly string _path;

    public CommandBook(DataFolder data)
    {
        _path = Path.Combine(data.State, "commands");
        State = DataFolder.ReadState(_path, CommandJson.Default.CommandState, new CommandState(0, 0, "", IsReported: true, 0));
    }

    /// <summary>Said while the evidence lies there. Commands are asked for from the first again; what was done or expired is not done twice.</summary>
    internal string Problem => DataFolder.WasDamaged(_path)
        ? $"The note of central's commands was damaged and put aside ({_path}{DataFolder.DamagedEnding}). Take the file away once central has it."
        : "";

    internal CommandState State { get; private set; }

    /// <summary>Notes that a command waits.</summary>
    internal void Begin(ulong number) => Save(State with { PendingNumber = number });

    /// <summary>Notes what became of a command, before central is told.</summary>
    internal void Finish(ulong number, CommandOutcome outcome, string detail) =>
        Save(new CommandState(number, (int)outcome, detail, IsReported: false, 0));

    internal void Reported() => Save(State with { IsReported = true });

    private void Save(CommandState state)
    {
        DataFolder.Write(_path, JsonSerializer.SerializeToUtf8Bytes(state, CommandJson.Default.CommandState));
        State = state;
    }
}
