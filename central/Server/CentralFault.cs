namespace EdgeCheckpoint.Central;

/// <summary>
/// Trouble that an operator can mend, met where nothing can go on: at start or in a command. The message is one sentence
/// naming the thing, the place and the remedy; it is printed as it is, without a stack trace.
/// </summary>
internal sealed class CentralFault : Exception
{
    public CentralFault(string sentence)
        : base(sentence)
    {
    }

    public CentralFault(string sentence, Exception cause)
        : base(sentence, cause)
    {
    }
}
