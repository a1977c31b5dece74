using System.Collections.Immutable;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>A name of a listed person as the list writes it.</summary>
/// <param name="Text">The whole name; Latin letters where the list has them.</param>
/// <param name="Quality">How well it is supported.</param>
public sealed record ListedName(string Text, NameQuality Quality);

/// <summary>A date of birth a list gives: one date, or a range of years.</summary>
/// <param name="From">The date, or the first of a range.</param>
/// <param name="To">The last of a range; equal to <paramref name="From"/> for a single date.</param>
/// <param name="IsApproximate">The list itself calls it approximate.</param>
public readonly record struct ListedBirthDate(PartialDate From, PartialDate To, bool IsApproximate)
{
    public override string ToString()
    {
        var text = From == To ? From.ToString() : $"{From} to {To}";
        return IsApproximate ? $"about {text}" : text;
    }
}

/// <summary>A document a list names.</summary>
/// <param name="Type">As the list writes it, such as Passport.</param>
/// <param name="Number">As the list writes it.</param>
/// <param name="IssuingState">As the list writes it; empty when it does not say.</param>
public sealed record ListedDocument(string Type, string Number, string IssuingState);

/// <summary>
/// A traveller who was mistaken for a listed person and cleared (guardrail 7): document and date of birth together suppress
/// this one entry for them, until the day given or until the entry changes.
/// </summary>
/// <param name="DocumentNumber">As in the document.</param>
/// <param name="IssuingState">Three letters.</param>
/// <param name="BirthDate">Complete.</param>
/// <param name="ExpiresOn">From this day on nothing is suppressed.</param>
/// <param name="Reference">Of the redress case.</param>
public sealed record ClearedTraveller(
    string DocumentNumber, string IssuingState, PartialDate BirthDate, DateOnly ExpiresOn, string Reference);

/// <summary>
/// A stored record of a watchlist, with what makes it lawful to use (guardrail 6): owner, legal basis, purpose, requested
/// action, evidence grade, expiry; for an alert at exit also what it rests on and who answers for it.
/// </summary>
public sealed record WatchlistEntry
{
    /// <summary>Stable identifier within the list, such as "un:6907993".</summary>
    public required string EntryId { get; init; }

    /// <summary>Name of the list, such as "UN Security Council".</summary>
    public required string ListName { get; init; }

    /// <summary>Reference within the list for a telephone call, such as "QDi.001"; or empty.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The authority that answers for the entry.</summary>
    public required string Owner { get; init; }

    public required string LegalBasis { get; init; }

    public required string Purpose { get; init; }

    public required RequestedAction Action { get; init; }

    public required EvidenceGrade Evidence { get; init; }

    /// <summary>From this day on the entry no longer matches, unless the clock is doubtful.</summary>
    public required DateOnly ExpiresOn { get; init; }

    public required ImmutableArray<ListedName> Names { get; init; }

    public ImmutableArray<ListedBirthDate> BirthDates { get; init; } = [];

    /// <summary>Three-letter codes where the import knew them, else the list's own words.</summary>
    public ImmutableArray<string> Nationalities { get; init; } = [];

    /// <summary>'M', 'F', 'X', or NUL when the list does not say.</summary>
    public char Sex { get; init; }

    public ImmutableArray<ListedDocument> Documents { get; init; } = [];

    /// <summary>Travellers whom this entry does not concern.</summary>
    public ImmutableArray<ClearedTraveller> Cleared { get; init; } = [];

    /// <summary>Whom to call about it; or empty.</summary>
    public string Contact { get; init; } = "";

    /// <summary>At which crossing it is asked for.</summary>
    public CrossingDirection Direction { get; init; }

    /// <summary>The order of a court, or the clause, on which an alert at exit rests; or empty.</summary>
    public string CourtReference { get; init; } = "";

    /// <summary>The supervisor who answers for an alert at exit, by the name of the office or the person; or empty.</summary>
    public string Supervisor { get; init; } = "";

    /// <summary>From this day on it does not match unless its owner has reviewed it; null where its source reviews it.</summary>
    public DateOnly? ReviewOn { get; init; }

    /// <summary>From this day on it does not match: its expiry, or the day of a review that was not held.</summary>
    public DateOnly LapsesOn => ReviewOn is { } review && review < ExpiresOn ? review : ExpiresOn;

    /// <summary>Stands beside an entry that is not <see cref="IsIdentifying"/>, wherever it is shown.</summary>
    public const string WeaklyIdentified = "WEAKLY IDENTIFIED: neither a complete date of birth nor a document number";

    /// <summary>True when the entry says enough for a hit to mean somebody: a complete date of birth, or a document number.</summary>
    public bool IsIdentifying =>
        BirthDates.Any(static birth => birth.From == birth.To && birth.From.IsComplete && !birth.IsApproximate)
        || Documents.Any(static document => !DocumentNumber.Parse(document.Number).IsEmpty);

    /// <summary>The listed name; the first of them.</summary>
    public string DisplayName => Names.IsDefaultOrEmpty ? EntryId : Names[0].Text;

    /// <summary>Equality of every property: two entries are equal when their canonical bytes are.</summary>
    public bool Equals(WatchlistEntry? other) =>
        other is not null && EntryRecord.Encode(this).AsSpan().SequenceEqual(EntryRecord.Encode(other));

    public override int GetHashCode() => EntryId.GetHashCode(StringComparison.Ordinal);

    /// <summary>The identifier alone: what is written by mistake names nobody.</summary>
    public override string ToString() => EntryId;
}
