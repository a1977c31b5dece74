using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>What ends within the longest warning, on a day.</summary>
internal sealed record TermsView(ImmutableArray<DueEntry> Due, int HeldCount);

/// <summary>
/// What ends soon, read from every entry and kept until one changes or the day does: a page that looks through a million records at every
/// look would keep others waiting.
/// </summary>
/// <remarks>Safe for parallel use; two at once may both read.</remarks>
internal sealed class EntryTerms(ICentralStore store, TimeProvider time)
{
    private volatile Read? _read;

    public async Task<TermsView> ReadAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var mark = await ListsMark.ReadAsync(store, cancellationToken);
        if (_read is { } known && known.Mark == mark && known.Today == today)
            return known.View;
        var listed = await store.Lists.ReadAsync(cancellationToken);
        var view = new TermsView(DueEntries.Of(listed, today, DueEntries.Thresholds[0]), listed.Held.Count);
        _read = new Read(mark, today, view);
        return view;
    }

    private sealed record Read(string Mark, DateOnly Today, TermsView View);
}
