using System.Security.Cryptography;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// What is approved about an entry, as lines of text: the whole entry as it would stand, and what is different. The first line names
/// nobody, since audit and overviews show it.
/// </summary>
internal static class EntryStatement
{
    /// <summary>Label of the line with the hash of the record: what is stored must have it.</summary>
    public const string RecordLabel = "record";

    /// <param name="after">As it would stand; as it stands for a removal or a restoration.</param>
    /// <param name="before">Null for an addition.</param>
    public static Statement Of(EntryProposal proposal, WatchlistEntry after, WatchlistEntry? before)
    {
        var lines = new List<(string, string)>
        {
            (Words(proposal.Kind), $"{proposal.EntryId} of {proposal.ListName}"),
            (RecordLabel, Convert.ToHexStringLower(SHA256.HashData(proposal.Record))),
            ("made from", before is null ? "nothing" : Convert.ToHexStringLower(proposal.BaseHash)),
            ("reason", proposal.Reason),
        };
        if (before is not null && proposal.Kind is EntryChangeKind.Change or EntryChangeKind.Clearing)
            lines.AddRange(Changes(before, after));
        lines.AddRange(EntryWords.Lines(after));
        return Statement.ForEntry(lines);
    }

    public static string Words(EntryChangeKind kind) => kind switch
    {
        EntryChangeKind.Addition => "add entry",
        EntryChangeKind.Change => "change entry",
        EntryChangeKind.Removal => "remove entry",
        EntryChangeKind.Clearing => "change who is cleared of entry",
        EntryChangeKind.Restoration => "bring back entry",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of change."),
    };

    private static IEnumerable<(string Label, string Value)> Changes(WatchlistEntry before, WatchlistEntry after)
    {
        var (old, now) = (EntryWords.Lines(before), EntryWords.Lines(after));
        return old.Except(now).Select(static line => ($"was {line.Label}", line.Value))
            .Concat(now.Except(old).Select(static line => ($"becomes {line.Label}", line.Value)));
    }
}
