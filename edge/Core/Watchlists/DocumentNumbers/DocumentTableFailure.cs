namespace EdgeCheckpoint.Watchlists;

/// <summary>Which part of a table of document numbers was refused.</summary>
public enum DocumentTableStage
{
    Header,
    ListKey,
    Directory,
    Filter,
    Rows,

    /// <summary>The tables do not follow one another.</summary>
    Sequence,
}

/// <summary>Why a table was refused, or why a search could not be finished.</summary>
/// <param name="Stage">The part that was refused.</param>
/// <param name="Reason">For a person, beginning in lower case.</param>
public sealed record DocumentTableFailure(DocumentTableStage Stage, string Reason)
{
    public override string ToString() => $"{Stage}: {Reason}";
}
