using System.Diagnostics.CodeAnalysis;

namespace EdgeCheckpoint;

/// <summary>
/// Expected trouble as a value (a damaged file, a bad signature): either a value or a failure that names stage, reason
/// and position. Bugs throw; trouble returns.
/// </summary>
/// <typeparam name="T">What success gives.</typeparam>
/// <typeparam name="TFailure">What went wrong.</typeparam>
public readonly struct Result<T, TFailure>
    where T : notnull
    where TFailure : class
{
    private readonly T _value;
    private readonly TFailure? _failure;

    private Result(T value, TFailure? failure) => (_value, _failure) = (value, failure);

    /// <summary>True when there is a value.</summary>
    public bool IsSuccess => _failure is null;

    /// <summary>The value; throws when there is none, since asking is then a bug.</summary>
    public T Value => _failure is null ? _value : throw new InvalidOperationException($"There is no value: {_failure}");

    /// <summary>The failure; throws when there is none, since asking is then a bug.</summary>
    public TFailure Failure => _failure ?? throw new InvalidOperationException("There is no failure.");

    /// <summary>Takes both apart in one step.</summary>
    /// <returns>True with the value, or false with the failure.</returns>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out TFailure? failure)
    {
        value = _failure is null ? _value : default;
        failure = _failure;
        return _failure is null;
    }

    public static implicit operator Result<T, TFailure>(T value) => new(value, null);

    public static implicit operator Result<T, TFailure>(TFailure failure) => new(default!, failure);
}
