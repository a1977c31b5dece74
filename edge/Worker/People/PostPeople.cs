using EdgeCheckpoint.People;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.People;

/// <summary>The accounts in use; swapped whole.</summary>
internal sealed class PostPeople
{
    internal const string None = "no accounts have been issued to this post yet: at central, run people publish";

    private volatile PeopleContent? _current;
    private volatile string _problem = None;

    /// <summary>Null when there are none that can be read.</summary>
    internal PeopleContent? Current => _current;

    /// <summary>Why there are no accounts, or why newer ones were refused; empty when neither is so.</summary>
    internal string Problem => _problem;

    /// <summary>Raised after a switch.</summary>
    internal event Action? Switched;

    internal void Switch(PeopleContent people)
    {
        _current = people;
        _problem = "";
        Switched?.Invoke();
    }

    internal void Report(string problem) => _problem = problem;

    /// <summary>How old the accounts are; null when the clock does not tell.</summary>
    internal TimeSpan? Age(ClockReading clock) =>
        _current is { } people && clock.Trusted is { } now ? now - ClockReading.FromUnixMicroseconds(people.IssuedAtUnixMicroseconds) : null;
}
