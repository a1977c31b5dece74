using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Matching;

/// <summary>A token of a name that is compared.</summary>
/// <param name="Start">Where its letters begin among those of the name.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Field">Part of the name.</param>
/// <param name="Traits">What else is known of it.</param>
/// <param name="Weight">Rarity, 0.2 to 1.</param>
public readonly record struct ComparedToken(int Start, int Length, NameField Field, TokenTraits Traits, float Weight)
{
    /// <summary>What remains of a weight for the token's length and traits, 0 to 1.</summary>
    public float Factor => TokenWeights.Factor(Length, Traits);
}

/// <summary>
/// A name as <see cref="NameComparer"/> takes it: the letters of all tokens in one buffer, so that a name which stands packed in a
/// list is compared without a text of its own for each token.
/// </summary>
public readonly ref struct ComparedName
{
    private readonly ReadOnlySpan<ComparedToken> _tokens;
    private readonly ReadOnlySpan<char> _letters;

    /// <param name="tokens">At most <see cref="NamePreparation.TokensMax"/>.</param>
    /// <param name="letters">What the tokens point into: A to Z and 0 to 9.</param>
    public ComparedName(ReadOnlySpan<ComparedToken> tokens, ReadOnlySpan<char> letters)
    {
        _tokens = tokens;
        _letters = letters;
    }

    /// <summary>Tokens.</summary>
    public int Length => _tokens.Length;

    public ref readonly ComparedToken this[int index] => ref _tokens[index];

    /// <summary>The letters of a token.</summary>
    public ReadOnlySpan<char> Text(int index) => _letters.Slice(_tokens[index].Start, _tokens[index].Length);

    /// <summary>Letters of all tokens of a prepared name: the room that <see cref="Of"/> needs.</summary>
    public static int LettersIn(ReadOnlySpan<NameToken> name)
    {
        var count = 0;
        foreach (var token in name)
            count += token.Text.Length;
        return count;
    }

    /// <summary>A prepared name, with the weights of tokens that no list knows.</summary>
    /// <param name="name">At most <see cref="NamePreparation.TokensMax"/> tokens.</param>
    /// <param name="tokens">Room for them.</param>
    /// <param name="letters">Room for <see cref="LettersIn"/>.</param>
    public static ComparedName Of(ReadOnlySpan<NameToken> name, Span<ComparedToken> tokens, Span<char> letters)
    {
        var start = 0;
        for (var i = 0; i < name.Length; i++)
        {
            var (text, field, traits) = name[i];
            text.CopyTo(letters[start..]);
            tokens[i] = new ComparedToken(start, text.Length, field, traits, TokenWeights.Default(traits));
            start += text.Length;
        }

        return new ComparedName(tokens[..name.Length], letters[..start]);
    }
}
