namespace EdgeCheckpoint.Names;

/// <summary>What a token weighs where no list gives its frequency, and what its traits take from any weight.</summary>
public static class TokenWeights
{
    /// <summary>Weight of a token that nothing is known of.</summary>
    public const float Unknown = 1f;

    private const float Common = 0.55f;
    private const float Particle = 0.1f;

    /// <summary>Fathers' names are drawn from few given names and are left out at will.</summary>
    private const float Patronymic = 0.7f;

    /// <summary>Rarity weight without a list, 0.2 to 1.</summary>
    public static float Default(in NameToken token) => (token.Traits & TokenTraits.Common) != 0 ? Common : Unknown;

    /// <summary>What remains of a weight for the token's length and traits, 0 to 1.</summary>
    public static float Factor(in NameToken token)
    {
        if ((token.Traits & TokenTraits.Particle) != 0)
            return Particle;
        var factor = token.Text.Length switch { 1 => 0.3f, 2 => 0.7f, 3 => 0.85f, _ => 1f };
        return (token.Traits & TokenTraits.Patronymic) != 0 ? factor * Patronymic : factor;
    }
}
