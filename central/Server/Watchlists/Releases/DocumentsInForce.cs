using System.Runtime.CompilerServices;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>The documents of the lists that have not ended, without those that were withdrawn by hand.</summary>
internal sealed class DocumentsInForce
{
    private readonly ICentralStore _store;
    private readonly Dictionary<string, HashSet<DocumentKey>> _withdrawn;

    private DocumentsInForce(ICentralStore store, IReadOnlyList<DocumentList> all, IReadOnlyList<DocumentWithdrawal> withdrawals, DateOnly today)
    {
        _store = store;
        All = all;
        Lists = [.. all.Where(list => list.ExpiresOn > today)];
        _withdrawn = withdrawals.GroupBy(static withdrawal => withdrawal.ListName, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Select(DocumentRows.ComparedBy).ToHashSet(), StringComparer.Ordinal);
    }

    /// <summary>With those that have ended.</summary>
    public IReadOnlyList<DocumentList> All { get; }

    /// <summary>In force on the day.</summary>
    public IReadOnlyList<DocumentList> Lists { get; }

    public static async Task<DocumentsInForce> ReadAsync(ICentralStore store, DateOnly today, CancellationToken cancellationToken) => new(
        store, await store.Documents.ListAsync(cancellationToken), await store.Documents.ListWithdrawalsAsync(cancellationToken), today);

    /// <summary>The documents of a list that count, one after another: they may be millions.</summary>
    /// <exception cref="CentralFault">The list was replaced meanwhile.</exception>
    public async IAsyncEnumerable<StolenDocument> ReadAsync(string listName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var withdrawn = _withdrawn.GetValueOrDefault(listName);
        await using var rows = _store.Documents.ReadAsync(listName, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await IsMoreAsync(rows, listName))
        {
            if (withdrawn is null || !withdrawn.Contains(DocumentRows.ComparedBy(rows.Current)))
                yield return rows.Current;
        }
    }

    private static async Task<bool> IsMoreAsync(IAsyncEnumerator<StolenDocument> rows, string listName)
    {
        try
        {
            return await rows.MoveNextAsync();
        }
        catch (InvalidOperationException fault)
        {
            throw new CentralFault($"The list of documents '{listName}' was replaced while it was read; run the command again.", fault);
        }
    }
}
