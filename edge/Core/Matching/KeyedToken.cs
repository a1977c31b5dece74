using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Matching;

/// <summary>A folded token with its sound key, made once a list and once a traveller instead of once a comparison.</summary>
/// <param name="Text">A to Z and 0 to 9, at least one.</param>
/// <param name="Key">Its <see cref="NameKey"/>.</param>
public readonly record struct KeyedToken(string Text, string Key)
{
    public static KeyedToken Of(string token) => new(token, NameKey.Of(token));
}
