using CsCheck;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>Slips of the hand, and how many of them lie between two tokens: the plain table, slow and beyond doubt.</summary>
internal static class TokenMutations
{
    /// <summary>A slip: kind 0 to 3 (change, add, leave out, exchange), place, letter.</summary>
    internal static readonly Gen<(int Kind, int At, char Letter)> Any =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 99], Gen.Char["ABCDEFGHIKLMNORSTUVZ"], static (kind, at, letter) => (kind, at, letter));

    internal static string Apply(string token, params (int Kind, int At, char Letter)[] mutations)
    {
        foreach (var (kind, place, letter) in mutations)
        {
            var at = place % token.Length;
            token = kind switch
            {
                0 => token[..at] + letter + token[(at + 1)..],
                1 => token[..at] + letter + token[at..],
                2 when token.Length > 1 => token[..at] + token[(at + 1)..],
                3 when at > 0 => token[..(at - 1)] + token[at] + token[at - 1] + token[(at + 1)..],
                _ => token,
            };
        }

        return token;
    }

    /// <summary>Optimal string alignment: change, add, leave out, exchange neighbours; no letter is touched twice.</summary>
    internal static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var best = Math.Min(
                    table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1), 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    best = Math.Min(best, table[i - 2, j - 2] + 1);
                table[i, j] = best;
            }
        }

        return table[left.Length, right.Length];
    }
}
