using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Tells cheaply whether the lists are still what they were: it differs when one was imported or an entry went a step.</summary>
internal static class ListsMark
{
    public static async Task<string> ReadAsync(ICentralStore store, CancellationToken cancellationToken)
    {
        var lists = await store.Lists.ListAsync(cancellationToken);
        return string.Join('\n', lists.Select(static list => $"{list.Name}\t{list.Revision}"))
            + $"\n{await store.Entries.ReadHistoryEndAsync(cancellationToken)}";
    }
}
