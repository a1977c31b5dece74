using System.CommandLine;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>A part of the command line.</summary>
internal interface ICommandPart
{
    Command Build();
}

/// <summary>The command line: what central can be told, and how trouble is told back.</summary>
internal sealed class CentralCommandLine(params IReadOnlyList<ICommandPart> parts)
{
    /// <summary>It worked.</summary>
    public const int Done = 0;

    /// <summary>It did not work; a sentence on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Misused = 2;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand(
            """
            EdgeCheckpoint central: takes the sealed records of the border posts, publishes watchlists, shows staff the posts.

            A first start, on one machine:
              central-checkpoint init --name "Utopia" --address https://central.example:7443
              central-checkpoint staff add --name m.okonkwo --role administrator
              central-checkpoint run

            Every command works while the server runs. Exit code: 0 done, 1 not done (one sentence says why), 2 wrong command line.
            """);
        root.Options.Add(CommonOptions.Data);
        root.Options.Add(CommonOptions.Actor);
        root.Options.Add(StaffSignOn.As);
        root.Options.Add(StaffSignOn.PassphraseFile);
        root.Options.Add(StaffSignOn.Code);
        foreach (var part in parts)
            root.Subcommands.Add(part.Build());
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors)
                await error.WriteLineAsync(problem.Message);
            await error.WriteLineAsync($"See: central-checkpoint {CommandPath(parsed)}--help");
            return Misused;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,

                    // The host answers signals itself and finishes what it has begun; two seconds might cut it off.
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (CentralFault fault)
        {
            await error.WriteLineAsync(fault.Message);
            return Failed;
        }
    }

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            if (result.Parent is not null)
                names.Push(result.Command.Name);
        }

        return string.Concat(names.Select(static name => name + " "));
    }
}
