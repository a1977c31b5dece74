namespace EdgeCheckpoint.Watchlists;

/// <summary>What a table says of a key.</summary>
public enum DocumentStanding
{
    NotListed,
    Listed,

    /// <summary>A delta took the document off the list.</summary>
    Withdrawn,

    /// <summary>The rows that would say are damaged: the check was not made, and must not look like a clear.</summary>
    Unreadable,
}

/// <summary>Answer to a look-up.</summary>
/// <param name="Standing">What the table says.</param>
/// <param name="Payload">Reference to a record or a category; zero unless listed.</param>
public readonly record struct DocumentLookup(DocumentStanding Standing, uint Payload);
