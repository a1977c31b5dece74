using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>What is known of a traveller when screening: as read from the document, or typed in.</summary>
public sealed record MatchQuery
{
    private FoldedName _folded;

    /// <summary>Primary identifier; empty when the document has none.</summary>
    public required string Surname
    {
        get;
        init => (field, _folded) = (value, default);
    }

    /// <summary>Secondary identifiers; may be empty.</summary>
    public required string GivenNames
    {
        get;
        init => (field, _folded) = (value, default);
    }

    /// <summary>
    /// The name in one text where nobody knows its parts, in any script, in place of both; each reading of it is searched. Empty for
    /// a document.
    /// </summary>
    public string FullName
    {
        get;
        init => (field, _folded) = (value, default);
    } = "";

    /// <summary>The name field was full: the last token may be cut off and is compared as a prefix.</summary>
    public bool IsTruncated { get; init; }

    public PartialDate BirthDate { get; init; }

    /// <summary>Further dates of birth, for records that give several; empty for a document.</summary>
    public ImmutableArray<PartialDate> OtherBirthDates { get; init; } = [];

    /// <summary>Three letters as in the document, or empty. Only corroborates, never raises (guardrail 4).</summary>
    public string Nationality { get; init; } = "";

    /// <summary>'M', 'F', 'X', or NUL. Only corroborates, never raises (guardrail 4).</summary>
    public char Sex { get; init; }

    public DocumentNumber DocumentNumber { get; init; }

    /// <summary>Which way the traveller crosses; an entry for the other way does not match. Where it is not known every entry does.</summary>
    public CrossingDirection Direction { get; init; }

    /// <summary>Issuer of the document, three letters, or empty.</summary>
    public string IssuingState { get; init; } = "";

    /// <summary>Says nothing of the traveller: an instance that slips into a log tells nothing.</summary>
    public override string ToString() => nameof(MatchQuery);

    /// <summary>
    /// The tokens of each reading of the name, surname first; none when nothing can be folded. Folded when first asked for, since
    /// whoever screens also asks whether the name can be compared.
    /// </summary>
    internal ImmutableArray<ImmutableArray<NameToken>> Readings()
    {
        // Two at once fold twice and agree.
        if (_folded.Readings.IsDefault)
            _folded = new FoldedName(FullName.Length > 0 ? NamePreparation.Listed(FullName) : NamePreparation.Query(Surname, GivenNames) is { IsEmpty: false } tokens ? [tokens] : []);
        return _folded.Readings;
    }

    /// <summary>What was made of the name. Not what a query says: two are equal whether or not it was made.</summary>
    private readonly struct FoldedName(ImmutableArray<ImmutableArray<NameToken>> readings) : IEquatable<FoldedName>
    {
        internal ImmutableArray<ImmutableArray<NameToken>> Readings { get; } = readings;

        public bool Equals(FoldedName other) => true;

        public override bool Equals(object? obj) => obj is FoldedName;

        public override int GetHashCode() => 0;
    }
}
