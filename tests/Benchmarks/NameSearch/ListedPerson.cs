namespace EdgeCheckpoint.Benchmarks;

/// <summary>An invented person on an invented list.</summary>
/// <param name="Surname">A to Z and spaces.</param>
/// <param name="GivenNames">A to Z and spaces.</param>
/// <param name="BirthYear">Zero when the list gives no date.</param>
/// <param name="BirthMonth">Zero when the list gives a year only, or nothing.</param>
/// <param name="BirthDay">Zero as <paramref name="BirthMonth"/>.</param>
/// <param name="Nationality">Three letters.</param>
internal sealed record ListedPerson(
    string Surname, string GivenNames, int BirthYear, int BirthMonth, int BirthDay, string Nationality)
{
    /// <summary>Surname first, as in the MRZ.</summary>
    public string FullName => $"{Surname} {GivenNames}";
}

/// <summary>What was done to a listed name to make a query of it.</summary>
internal enum QueryKind
{
    Exact,
    Substituted,
    Transposed,
    Deleted,
    Inserted,
    Romanised,
    Doubled,
    DroppedToken,
    SwappedOrder,
    Truncated,
    MisreadLetter,

    /// <summary>Another romanisation and a wrong letter, in one token or in two.</summary>
    TwoChanges,

    /// <summary>A person of whom the list knows nothing.</summary>
    NotListed,
}

/// <summary>A traveller to search for.</summary>
/// <param name="TrueId">Ordinal of the listed person; -1 when there is none.</param>
/// <param name="Kind">How the name differs from the listed one.</param>
/// <param name="Person">Name as read, and the whole date of birth (known to the document even where the list has none).</param>
internal sealed record NameQuery(int TrueId, QueryKind Kind, ListedPerson Person);
