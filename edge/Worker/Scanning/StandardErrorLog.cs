namespace EdgeCheckpoint.Worker.Scanning;

/// <summary>Log of a command on the technician's terminal: what happens to the reader, without times and categories.</summary>
internal sealed class StandardErrorLog<T> : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            System.Console.Error.WriteLine(formatter(state, exception));
    }
}
