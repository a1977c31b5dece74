using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Edge.Tests.Devices;

/// <summary>Keeps every line of a log, at every level.</summary>
internal sealed class CapturingLogger<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{eventId} {formatter(state, exception)} {exception}");
}
