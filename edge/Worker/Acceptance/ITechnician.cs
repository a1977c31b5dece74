namespace EdgeCheckpoint.Worker.Acceptance;

/// <summary>What a technician answers to a question of yes or no.</summary>
internal enum Answer
{
    Yes,
    No,

    /// <summary>Leave this part out.</summary>
    Skip,
}

/// <summary>Whoever stands before the appliance with tools in hand.</summary>
internal interface ITechnician
{
    /// <summary>Says something that needs no answer.</summary>
    void Say(string sentence);

    /// <summary>Asks a question of yes or no.</summary>
    /// <exception cref="OperationCanceledException">Nobody answers any more.</exception>
    Task<Answer> AskAsync(string question, CancellationToken cancellationToken);

    /// <summary>Asks for something to be typed; empty leaves the part out.</summary>
    /// <exception cref="OperationCanceledException">Nobody answers any more.</exception>
    Task<string> ReadAsync(string question, CancellationToken cancellationToken);
}

/// <summary>A technician at a terminal.</summary>
internal sealed class TerminalTechnician(TextReader input, TextWriter output) : ITechnician
{
    public void Say(string sentence) => output.WriteLine(sentence);

    public async Task<Answer> AskAsync(string question, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch ((await ReadAsync($"{question} [y]es, [n]o, [s]kip:", cancellationToken)).ToUpperInvariant())
            {
                case "Y" or "YES":
                    return Answer.Yes;
                case "N" or "NO":
                    return Answer.No;
                case "S" or "SKIP":
                    return Answer.Skip;
                default:
                    output.WriteLine("Type y, n or s, and Enter.");
                    break;
            }
        }
    }

    public async Task<string> ReadAsync(string question, CancellationToken cancellationToken)
    {
        output.Write(question + " ");
        return (await input.ReadLineAsync(cancellationToken))?.Trim() ?? throw new OperationCanceledException("The input has ended.");
    }
}
