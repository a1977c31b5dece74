using System.Collections.Frozen;

namespace EdgeCheckpoint.Names;

/// <summary>Looks tokens up in <see cref="NameGroupTable"/>.</summary>
internal static class NameGroups
{
    /// <summary>The row's number.</summary>
    internal const ushort NumberMask = 0x7FFF;

    /// <summary>Set when the token stands after the bar: a short form, or a form of another language.</summary>
    internal const ushort ShortForm = 0x8000;

    private static readonly FrozenDictionary<string, ushort[]>.AlternateLookup<ReadOnlySpan<char>> Groups =
        Build().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Rows of a token; none for a token that is not in the table.</summary>
    internal static ReadOnlySpan<ushort> Of(ReadOnlySpan<char> token) =>
        Groups.TryGetValue(token, out var rows) ? rows : [];

    /// <summary>True when the two stand in one row.</summary>
    /// <param name="isShort">One of them is a short or foreign form in the row that parts them least.</param>
    internal static bool Share(ReadOnlySpan<ushort> left, ReadOnlySpan<ushort> right, out bool isShort)
    {
        var found = false;
        isShort = true;
        foreach (var row in left)
        {
            foreach (var other in right)
            {
                if (((row ^ other) & NumberMask) != 0)
                    continue;
                found = true;
                isShort &= ((row | other) & ShortForm) != 0;
            }
        }

        return found;
    }

    /// <summary>The first spelling of the row a token is a spelling of; itself when there is none.</summary>
    internal static string Canonical(string token)
    {
        foreach (var row in Of(token))
        {
            if ((row & ShortForm) == 0)
                return NameGroupTable.Rows[row].Split(' ', 2)[0];
        }

        return token;
    }

    private static FrozenDictionary<string, ushort[]> Build()
    {
        var rows = new Dictionary<string, List<ushort>>(StringComparer.Ordinal);
        for (var number = 0; number < NameGroupTable.Rows.Length; number++)
        {
            var flag = (ushort)0;
            foreach (var word in NameGroupTable.Rows[number].Split(' '))
            {
                if (word == "|")
                {
                    flag = ShortForm;
                    continue;
                }

                if (!rows.TryGetValue(word, out var list))
                    rows.Add(word, list = []);
                if (!list.Exists(row => (row & NumberMask) == number))
                    list.Add((ushort)(number | flag));
            }
        }

        return rows.ToFrozenDictionary(static pair => pair.Key, static pair => pair.Value.ToArray(), StringComparer.Ordinal);
    }
}
