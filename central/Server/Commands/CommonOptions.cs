using System.CommandLine;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Options that every command takes.</summary>
internal static class CommonOptions
{
    private const string DataVariable = "CENTRAL_CHECKPOINT_DATA";
    private const string DefaultData = "/var/lib/central-checkpoint";
    private const int ActorLengthMax = 64;

    public static Option<string> Data { get; } = new("--data")
    {
        Description = $"Data folder of central. Also by the environment variable {DataVariable}.",
        Recursive = true,
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(DataVariable) ?? DefaultData,
        HelpName = "DIR",
    };

    public static Option<string> Actor { get; } = new("--actor")
    {
        Description = "Who does this, for the audit.",
        Recursive = true,
        DefaultValueFactory = static _ => $"cli:{Environment.UserName}",
        HelpName = "NAME",
    };

    /// <summary>Who does this. Refused when it could not stand in the audit.</summary>
    public static string ActorOf(ParseResult parsed)
    {
        var actor = parsed.GetValue(Actor)!.Trim();
        return actor.Length is > 0 and <= ActorLengthMax && !actor.Any(char.IsControl)
            ? actor
            : throw new CentralFault($"--actor takes a name of 1 to {ActorLengthMax} characters.");
    }

    public static Option<bool> Json() => new("--json") { Description = "Write JSON, for programs." };
}
