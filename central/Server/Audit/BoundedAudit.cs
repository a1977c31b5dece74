using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Audit;

/// <summary>
/// Writes down what can be repeated at will by whoever is refused: the first of its kind in a minute, and with the next how many
/// were left out; of all kinds together no more in an hour than somebody can read. A caller in a loop cannot fill the disk or bury
/// the chain, and is seen all the same.
/// </summary>
/// <remarks>In memory, for each node. Safe for parallel use.</remarks>
internal sealed class BoundedAudit(ICentralStore store, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Kinds remembered; beyond it everything new counts as one kind until the window has passed.</summary>
    private const int KindsMax = 1_000;

    private const string Others = "others";

    /// <summary>Lines of all kinds in an hour; what is beyond is counted.</summary>
    internal const int LinesPerHourMax = 300;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTimeOffset From, int LeftOut)> _kinds = [];
    private DateTimeOffset _hourFrom;
    private int _linesOfHour;

    /// <summary>Writes the line unless one of its kind stands there from the last minute.</summary>
    /// <param name="kind">What makes two lines alike.</param>
    public async Task AppendAsync(string kind, AuditEvent line, CancellationToken cancellationToken)
    {
        if (TryBegin(kind, Window, isCapped: true, out var leftOut))
        {
            var detail = leftOut == 0 ? line.Detail : $"{line.Detail} ({leftOut} more like the last were left out)";
            await store.Audit.AppendAsync(line with { Detail = detail }, cancellationToken);
        }
    }

    /// <summary>Writes down a look, unless the same one stands there from within some time. The bound of an hour does not touch it: looks are never lost.</summary>
    public async Task AppendAsync(string kind, TimeSpan window, AuditEvent line, CancellationToken cancellationToken)
    {
        if (TryBegin(kind, window, isCapped: false, out _))
            await store.Audit.AppendAsync(line, cancellationToken);
    }

    private bool TryBegin(string kind, TimeSpan window, bool isCapped, out int leftOut)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_kinds.Count >= KindsMax)
            {
                foreach (var old in _kinds.Where(pair => now - pair.Value.From >= window).Select(static pair => pair.Key).ToArray())
                    _kinds.Remove(old);
            }

            if (_kinds.Count >= KindsMax && !_kinds.ContainsKey(kind))
                kind = Others;
            leftOut = 0;
            if (_kinds.TryGetValue(kind, out var known))
            {
                if (now - known.From < window)
                {
                    _kinds[kind] = (known.From, known.LeftOut + 1);
                    return false;
                }

                leftOut = known.LeftOut;
            }

            if (isCapped && !HasRoom(now))
            {
                _kinds[kind] = (now, leftOut + 1);
                return false;
            }

            _kinds[kind] = (now, 0);
            return true;
        }
    }

    private bool HasRoom(DateTimeOffset now)
    {
        if (now - _hourFrom >= TimeSpan.FromHours(1) || now < _hourFrom)
            (_hourFrom, _linesOfHour) = (now, 0);
        return _linesOfHour++ < LinesPerHourMax;
    }
}
