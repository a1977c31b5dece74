namespace EdgeCheckpoint.Watchlists.Deltas;

/// <summary>
/// Takes entries out of a list that was delisted urgently (DESIGN §7), before a release without them is here: the entries lie in a run of
/// their own over the list, ended on the day before. So a doubtful clock treats them as it treats all that has ended (guardrail 6): they
/// go to the supervisor, marked.
/// </summary>
public static class SuppressionRun
{
    /// <summary>Writes the run.</summary>
    /// <param name="list">Base and overlay.</param>
    /// <param name="suppressed">Identifiers; those that are not in the list are passed over.</param>
    /// <param name="today">Day from which they no longer match.</param>
    /// <returns>The package of the run; null when none of them is in the list.</returns>
    /// <exception cref="InvalidDataException">An entry is damaged.</exception>
    public static byte[]? Write(WatchlistRuns list, IReadOnlySet<string> suppressed, DateOnly today)
    {
        if (suppressed.Count == 0)
            return null;
        var ended = new List<WatchlistEntry>();
        for (var run = 0; run < list.Runs.Length; run++)
        {
            var package = list.Runs[run];
            for (var entry = 0; entry < package.EntryCount; entry++)
            {
                if (list.IsLive(run, entry) && suppressed.Contains(package.EntryId(entry)))
                    ended.Add(EndedOn(package.Entry(entry), today));
            }
        }

        return ended.Count == 0
            ? null
            : WatchlistPackageWriter.Write(
                ended, list.Info.Version, list.Info.CompiledAtUnixMicroseconds, list.Runs[0].Info.Title, list.Runs[0].Info.DocumentKey.Span,
                new OverlayOf(list.Runs[0].WeightOf, []));
    }

    private static WatchlistEntry EndedOn(WatchlistEntry entry, DateOnly today) => entry.ExpiresOn <= today ? entry : entry with { ExpiresOn = today };
}
