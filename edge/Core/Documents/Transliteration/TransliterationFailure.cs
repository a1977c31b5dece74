using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Transliteration;

/// <summary>Why a character of a name cannot be written.</summary>
public enum TransliterationReason
{
    /// <summary>The tables have no entry for it.</summary>
    NoEntry,

    /// <summary>Names have no digits in the machine readable zone (Doc 9303-3 §4.6).</summary>
    Digit,

    /// <summary>A mark without a letter before it.</summary>
    StrayMark,
}

/// <summary>One character that cannot be written.</summary>
/// <param name="Position">Place in the name, in UTF-16 units from 1.</param>
public readonly record struct TransliterationProblem(int Position, TransliterationReason Reason);

/// <summary>All characters of a name that cannot be written. Tells places, never the name.</summary>
public sealed class TransliterationFailure(ImmutableArray<TransliterationProblem> problems)
{
    /// <summary>In the order of the name; never empty.</summary>
    public ImmutableArray<TransliterationProblem> Problems { get; } = problems;

    public override string ToString() =>
        string.Join("; ", Problems.Select(static problem => $"{problem.Reason} at {problem.Position}"));
}
