using System.Collections.Immutable;
using System.Globalization;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>Why a field cannot be written.</summary>
public enum MrzWriteReason
{
    /// <summary>The format needs the field.</summary>
    Missing,

    /// <summary>More characters than the format has room for.</summary>
    TooLong,

    /// <summary>A character that the field does not allow.</summary>
    ForbiddenCharacter,

    /// <summary>A character without transliteration, or a mark on nothing.</summary>
    NoTransliteration,

    /// <summary>Names have no digits in the machine readable zone (Doc 9303-3 §4.6).</summary>
    DigitInName,

    /// <summary>The truncation asked for does not fill the field up to a last letter.</summary>
    CannotBeShortened,

    /// <summary>The format has no such field, or does not know this code.</summary>
    NotInFormat,
}

/// <summary>One field that cannot be written.</summary>
/// <param name="Field">Name of the property of <see cref="MrzFields"/>, or "Format".</param>
/// <param name="Reason">Why.</param>
/// <param name="Position">Place in the text as given, in UTF-16 units from 1; 0 when the whole field is meant.</param>
public readonly record struct MrzWriteProblem(string Field, MrzWriteReason Reason, int Position = 0)
{
    public override string ToString()
    {
        var text = Reason switch
        {
            MrzWriteReason.Missing => "is missing",
            MrzWriteReason.TooLong => "is too long",
            MrzWriteReason.ForbiddenCharacter => "holds a forbidden character",
            MrzWriteReason.NoTransliteration => "holds a character without transliteration",
            MrzWriteReason.DigitInName => "holds a digit",
            MrzWriteReason.CannotBeShortened => "cannot be shortened as asked",
            _ => "does not belong to this format",
        };
        return Position == 0
            ? $"{Field} {text}"
            : string.Create(CultureInfo.InvariantCulture, $"{Field} {text} at position {Position}");
    }
}

/// <summary>Everything that keeps a document from being written. Tells fields and places, never values.</summary>
public sealed class MrzWriteFailure(ImmutableArray<MrzWriteProblem> problems)
{
    /// <summary>In the order of the fields; never empty.</summary>
    public ImmutableArray<MrzWriteProblem> Problems { get; } = problems;

    public override string ToString() => string.Join("; ", Problems);
}
