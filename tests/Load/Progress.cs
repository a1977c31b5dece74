namespace EdgeCheckpoint.Load;

/// <summary>One line on standard error that is written over, for long work; nothing where no terminal looks.</summary>
internal static class Progress
{
    private const int StepMilliseconds = 250;

    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly Lock Gate = new();
    private static long _shown;

    internal static void Show(string what, long done, long all)
    {
        if (Console.IsErrorRedirected)
            return;
        lock (Gate)
        {
            if (done < all && Time.GetElapsedTime(_shown).TotalMilliseconds < StepMilliseconds)
                return;
            _shown = Time.GetTimestamp();
            Console.Error.Write($"\r{what}: {done:N0} of {all:N0}   ");
        }
    }

    internal static void End()
    {
        if (!Console.IsErrorRedirected)
            Console.Error.WriteLine();
    }
}
