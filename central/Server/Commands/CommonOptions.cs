using System.CommandLine;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Options that every command takes.</summary>
internal static class CommonOptions
{
    private const string DataVariable = "CENTRAL_CHECKPOINT_DATA";
    private const string DefaultData = "/var/lib/central-checkpoint";
    private const int NoteLengthMax = 64;

    public static Option<string> Data { get; } = new("--data")
    {
        Description = $"Data folder of central. Also by the environment variable {DataVariable}.",
        Recursive = true,
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(DataVariable) ?? DefaultData,
        HelpName = "DIR",
    };

    public static Option<string> Actor { get; } = new("--actor")
    {
        Description = "A note for the audit, beside the system user who does this: whom it is done for. It proves nothing.",
        Recursive = true,
        DefaultValueFactory = static _ => "",
        HelpName = "NOTE",
    };

    /// <summary>
    /// Who does this: the system user, as the system knows it. What the caller says of themselves stands beside it as a note,
    /// so that nobody takes it for the name of somebody who signed in.
    /// </summary>
    public static string ActorOf(ParseResult parsed)
    {
        var note = parsed.GetValue(Actor)!.Trim();
        if (note.Length > NoteLengthMax || note.Any(char.IsControl))
            throw new CentralFault($"--actor takes a note of at most {NoteLengthMax} characters.");
        return note.Length == 0 ? $"cli:{Environment.UserName}" : $"cli:{Environment.UserName} (note: {note})";
    }

    public static Option<bool> Json() => new("--json") { Description = "Write JSON, for programs." };
}
