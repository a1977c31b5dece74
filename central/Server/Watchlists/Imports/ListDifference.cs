using System.Collections.Immutable;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>What would become, or became, of one entry.</summary>
internal enum DifferenceKind
{
    Added,
    Changed,
    Removed,

    /// <summary>Changed so that it ends sooner than it would have.</summary>
    Lapsing,
}

/// <summary>An entry that a file changes; without the values in it.</summary>
/// <param name="Fields">By the words of our own form; empty for what is added or removed.</param>
internal sealed record EntryDifference(DifferenceKind Kind, string EntryId, ImmutableArray<string> Fields)
{
    /// <summary>Where it stands in the file; 0 for what the file no longer has.</summary>
    public int Line { get; init; }
}

/// <summary>Compares what a list held with what a file says.</summary>
internal static class ListDifference
{
    /// <returns>Null when nothing is different but a later expiry, which comes with being listed again.</returns>
    public static EntryDifference? Of(WatchlistEntry before, WatchlistEntry after, DateOnly today)
    {
        var fields = ChangedFields(before, after);
        var endsSooner = before.ExpiresOn > today && after.ExpiresOn < before.ExpiresOn;
        if (fields.IsEmpty && after.ExpiresOn >= before.ExpiresOn)
            return null;
        if (after.ExpiresOn != before.ExpiresOn)
            fields = fields.Add("expires_on");
        return new EntryDifference(endsSooner ? DifferenceKind.Lapsing : DifferenceKind.Changed, after.EntryId, fields);
    }

    private static ImmutableArray<string> ChangedFields(WatchlistEntry before, WatchlistEntry after)
    {
        (string Name, bool IsSame)[] fields =
        [
            ("names", before.Names.SequenceEqual(after.Names)),
            ("birth_dates", before.BirthDates.SequenceEqual(after.BirthDates)),
            ("nationalities", before.Nationalities.SequenceEqual(after.Nationalities)),
            ("sex", before.Sex == after.Sex),
            ("documents", before.Documents.SequenceEqual(after.Documents)),
            ("cleared", before.Cleared.SequenceEqual(after.Cleared)),
            ("list", before.ListName == after.ListName),
            ("reference", before.Reference == after.Reference),
            ("owner", before.Owner == after.Owner),
            ("legal_basis", before.LegalBasis == after.LegalBasis),
            ("purpose", before.Purpose == after.Purpose),
            ("action", before.Action == after.Action),
            ("evidence", before.Evidence == after.Evidence),
            ("contact", before.Contact == after.Contact),
            ("direction", before.Direction == after.Direction),
            ("court_reference", before.CourtReference == after.CourtReference),
            ("supervisor", before.Supervisor == after.Supervisor),
            ("review_on", before.ReviewOn == after.ReviewOn),
        ];
        return [.. fields.Where(static field => !field.IsSame).Select(static field => field.Name)];
    }
}
