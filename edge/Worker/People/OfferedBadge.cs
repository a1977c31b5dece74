using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Worker.People;

/// <summary>A badge laid on a serial reader, held for the sign-in that follows.</summary>
internal sealed class OfferedBadge(TimeProvider time)
{
    /// <summary>Longer is somebody else's sign-in.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private string _code = "";
    private long _at;

    /// <summary>True while a badge waits for its PIN.</summary>
    internal bool IsThere
    {
        get
        {
            lock (_gate)
                return _code.Length > 0 && time.GetElapsedTime(_at) < Life;
        }
    }

    /// <summary>Takes what a reader read; false when it is no whole badge code.</summary>
    internal bool Offer(string text)
    {
        if (!BadgeCode.TryNormalise(text, out var code))
            return false;
        lock (_gate)
            (_code, _at) = (code, time.GetTimestamp());
        return true;
    }

    /// <summary>The badge for a sign-in: what was typed or wedged into the form, or else what waits. Used once.</summary>
    internal string Take(string? typed)
    {
        if (BadgeCode.TryNormalise(typed, out var code))
            return code;
        lock (_gate)
        {
            var offered = IsThere ? _code : "";
            _code = "";
            return offered;
        }
    }
}
