namespace EdgeCheckpoint.Names;

/// <summary>
/// Keys under which an index finds a token besides its spelling: its skeleton, the skeleton of what follows a glued
/// particle or article, the East Slavic skeleton, and the groups of names it belongs to. Two tokens that are paired by sound,
/// nickname or a glued particle share one; collisions are harmless, since the texts are compared afterwards.
/// </summary>
public static class TokenKeys
{
    /// <summary>Most keys a token has.</summary>
    public const int CountMax = 8;

    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;
    private const uint GroupSeed = 0x9E3779B9;
    private const uint SlavicSeed = 0x85EBCA6B;

    /// <summary>Writes the keys of a token.</summary>
    /// <param name="token">A to Z and 0 to 9.</param>
    /// <param name="keys">Room for <see cref="CountMax"/>.</param>
    /// <returns>Keys written, 0 to <see cref="CountMax"/>, none twice.</returns>
    public static int Write(ReadOnlySpan<char> token, Span<uint> keys)
    {
        var count = 0;
        count = AddSkeleton(token, keys, count);
        var prefix = GluedPrefix.LengthIn(token);
        if (prefix > 0)
            count = AddSkeleton(token[prefix..], keys, count);
        var article = GluedPrefix.ArticleLengthIn(token);
        // Not what follows ABD: ABD and RAHMAN beside it would lead to one listed token twice, the weaker time first.
        if (article == 2 && article != prefix)
            count = AddSkeleton(token[article..], keys, count);
        count = AddSlavic(token, keys, count);
        foreach (var group in NameGroups.Of(token))
        {
            if (count == CountMax)
                break;
            count = Add(keys, count, GroupSeed + (uint)(group & NameGroups.NumberMask));
        }

        return count;
    }

    private static int AddSkeleton(ReadOnlySpan<char> token, Span<uint> keys, int count)
    {
        if (token.Length is < 3 or > SoundKey.LengthMax)
            return count;
        Span<char> skeleton = stackalloc char[SoundKey.LengthMax * 2];
        var length = SoundKey.Write(token, skeleton);
        return length < 2 ? count : Add(keys, count, Hash(skeleton[..length]));
    }

    private static int AddSlavic(ReadOnlySpan<char> token, Span<uint> keys, int count)
    {
        Span<char> skeleton = stackalloc char[SlavicKey.SizeMax];
        var length = SlavicKey.Write(token, skeleton);
        return length < SlavicKey.LengthMin ? count : Add(keys, count, SlavicSeed ^ Hash(skeleton[..length]));
    }

    private static int Add(Span<uint> keys, int count, uint key)
    {
        if (keys[..count].Contains(key))
            return count;
        keys[count] = key;
        return count + 1;
    }

    private static uint Hash(ReadOnlySpan<char> text)
    {
        var hash = FnvOffset;
        foreach (var character in text)
            hash = unchecked((hash ^ character) * FnvPrime);
        return hash;
    }
}
