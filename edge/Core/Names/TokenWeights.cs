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
    public static float Default(TokenTraits traits) => (traits & TokenTraits.Common) != 0 ? Common : Unknown;

    /// <summary>What remains of a weight for the token's length and traits, 0 to 1.</summary>
    public static float Factor(int length, TokenTraits traits)
    {
        if ((traits & TokenTraits.Particle) != 0)
            return Particle;
        var factor = length switch { 1 => 0.3f, 2 => 0.7f, 3 => 0.85f, _ => 1f };
        return (traits & TokenTraits.Patronymic) != 0 ? factor * Patronymic : factor;
    }
}
