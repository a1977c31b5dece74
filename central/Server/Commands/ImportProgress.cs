namespace EdgeCheckpoint.Central.Commands;

/// <summary>
/// Tells of a long reading on standard error: nothing for the first seconds, then one line that is written over on a terminal, and a
/// line of its own every so often elsewhere.
/// </summary>
internal sealed class ImportProgress(TextWriter error, bool isTerminal, TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OnTerminal = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(15);

    private readonly long _start = time.GetTimestamp();
    private long? _last;

    /// <param name="total">Bytes of the file; zero where nobody knows, as with a pipe.</param>
    public void Report(long bytesRead, long total)
    {
        var isDue = _last is { } last
            ? time.GetElapsedTime(last) >= (isTerminal ? OnTerminal : Elsewhere)
            : time.GetElapsedTime(_start) >= Silence;
        if (!isDue)
            return;
        _last = time.GetTimestamp();
        var text = total > 0
            ? $"Reading: {bytesRead >> 20} of {total >> 20} MiB ({bytesRead * 100 / total} %)"
            : $"Reading: {bytesRead >> 20} MiB";
        if (isTerminal)
            error.Write($"\r{text}");
        else
            error.WriteLine(text);
    }

    /// <summary>Ends the line that is written over.</summary>
    public void End()
    {
        if (isTerminal && _last is not null)
            error.WriteLine();
    }
}
