using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Audit;

/// <summary>
/// Writes down what can be repeated at will by whoever is refused: the first of its kind in a minute, and with the next how many
/// were left out; of each class of kinds no more in an hour than somebody can read. A caller in a loop cannot fill the disk or bury
/// the chain, and is seen all the same.
/// </summary>
/// <remarks>In memory, for each node. Safe for parallel use.</remarks>
internal sealed class BoundedAudit(ICentralStore store, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Kinds remembered; beyond it everything new counts as one kind until the window has passed.</summary>
    private const int KindsMax = 1_000;

    private const string Others = "others";

    /// <summary>Lines of one class in an hour; what is beyond is counted.</summary>
    private const int LinesPerHourMax = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTimeOffset From, int LeftOut)> _kinds = [];
    private readonly Dictionary<string, (DateTimeOffset From, int Lines)> _hours = [];

    /// <summary>Writes down a refusal unless one of its kind stands there from the last minute.</summary>
    /// <param name="kind">What makes two lines alike; its first word is the class whose lines share an hour's bound.</param>
    public async Task AppendAsync(string kind, AuditEvent line, CancellationToken cancellationToken)
    {
        if (!TryBegin(kind, Window, isLook: false, out var leftOut))
            return;
        var detail = leftOut == 0 ? line.Detail : $"{line.Detail} ({leftOut} more like the last were left out)";
        await store.Audit.AppendAsync(line with { Detail = detail }, cancellationToken);
    }

    /// <summary>
    /// Writes down a look, unless the same one stands there from within some time. No bound touches it, and a look whose line was not
    /// written counts as none: looks are never lost.
    /// </summary>
    public async Task AppendLookAsync(string kind, TimeSpan window, AuditEvent line)
    {
        if (!TryBegin(kind, window, isLook: true, out _))
            return;
        try
        {
            // Whoever goes away before the page is there has looked all the same.
            await store.Audit.AppendAsync(line, CancellationToken.None);
        }
        catch
        {
            Forget(kind);
            throw;
        }
    }

    private void Forget(string kind)
    {
        lock (_lock)
            _kinds.Remove(kind);
    }

    private bool TryBegin(string kind, TimeSpan window, bool isLook, out int leftOut)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_kinds.Count >= KindsMax)
            {
                foreach (var old in _kinds.Where(pair => now - pair.Value.From >= window).Select(static pair => pair.Key).ToArray())
                    _kinds.Remove(old);
            }

            leftOut = 0;
            if (_kinds.Count >= KindsMax && !_kinds.ContainsKey(kind))
            {
                // Too many to remember: a look is then written twice rather than not at all.
                if (isLook)
                    return true;
                kind = Others;
            }

            if (_kinds.TryGetValue(kind, out var known))
            {
                if (now - known.From < window)
                {
                    _kinds[kind] = (known.From, known.LeftOut + 1);
                    return false;
                }

                leftOut = known.LeftOut;
            }

            if (!isLook && !HasRoom(kind.Split(' ')[0], now))
            {
                _kinds[kind] = (now, leftOut + 1);
                return false;
            }

            _kinds[kind] = (now, 0);
            return true;
        }
    }

    /// <summary>Classes have bounds of their own: strangers at the door must not silence a copied card.</summary>
    private bool HasRoom(string kindClass, DateTimeOffset now)
    {
        var (from, lines) = _hours.GetValueOrDefault(kindClass);
        if (now - from >= TimeSpan.FromHours(1) || now < from)
            (from, lines) = (now, 0);
        _hours[kindClass] = (from, lines + 1);
        return lines < LinesPerHourMax;
    }
}
