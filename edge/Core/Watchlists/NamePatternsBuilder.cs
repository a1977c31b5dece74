using System.Collections.Immutable;
using System.Text;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Gathers how the listed names of all entries are written, keeps the patterns that many share, and tells of each name how its
/// entry refers to it. Used once.
/// </summary>
internal sealed class NamePatternsBuilder
{
    /// <summary>A pattern of fewer names costs about what it spares.</summary>
    private const int SharedMin = 4;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<int> _counts = [];
    private readonly List<WrittenName> _names = [];

    /// <summary>Adds the next listed name.</summary>
    /// <param name="text">As the list writes it.</param>
    /// <param name="tokens">Of its first reading; empty when nothing can be folded.</param>
    /// <param name="place">Which of the entry's names in the index has these tokens, from 0.</param>
    internal void Add(string text, ImmutableArray<NameToken> tokens, int place)
    {
        if (NamePattern.Of(text, tokens.AsSpan()[..Math.Min(tokens.Length, NamePreparation.TokensMax)]) is not { } pattern)
        {
            _names.Add(WrittenName.Literal);
            return;
        }

        var key = Encoding.Latin1.GetString(pattern);
        if (!_numbers.TryGetValue(key, out var number))
        {
            number = _counts.Count;
            _numbers.Add(key, number);
            _counts.Add(0);
        }

        _counts[number]++;
        _names.Add(new WrittenName(number + 1, place));
    }

    /// <summary>Numbers the shared patterns, commonest first, so that most names refer to theirs in one byte.</summary>
    /// <returns>The patterns, and of each added name what its entry says of it.</returns>
    internal (byte[][] Patterns, WrittenName[] Names) Finish()
    {
        var shared = _numbers.Where(pattern => _counts[pattern.Value] >= SharedMin)
            .OrderByDescending(pattern => _counts[pattern.Value]).ThenBy(static pattern => pattern.Key, StringComparer.Ordinal).ToArray();
        var numbers = new int[_counts.Count + 1];
        for (var i = 0; i < shared.Length; i++)
            numbers[shared[i].Value + 1] = i + 1;
        var names = _names.ToArray();
        foreach (ref var name in names.AsSpan())
            name = numbers[name.Pattern] == 0 ? WrittenName.Literal : name with { Pattern = numbers[name.Pattern] };
        return (Array.ConvertAll(shared, static pattern => Encoding.Latin1.GetBytes(pattern.Key)), names);
    }
}

/// <summary>How a listed name is written in its entry.</summary>
/// <param name="Pattern">Number of its pattern, from 1; 0 when the text itself stands there.</param>
/// <param name="Place">Which of the entry's names in the index has the tokens, from 0.</param>
internal readonly record struct WrittenName(int Pattern, int Place)
{
    internal static readonly WrittenName Literal;
}
