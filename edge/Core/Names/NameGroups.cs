using System.Collections.Frozen;
using System.Collections.Immutable;

namespace EdgeCheckpoint.Names;

/// <summary>Looks tokens up in <see cref="NameGroupTable"/> and <see cref="SyllableTable"/>.</summary>
internal static class NameGroups
{
    /// <summary>The row's number.</summary>
    internal const ushort NumberMask = 0x7FFF;

    /// <summary>Set when the token stands after the bar: a short form, or a form of another language.</summary>
    internal const ushort ShortForm = 0x8000;

    /// <summary>All rows; a row's number is its place here.</summary>
    private static readonly ImmutableArray<string> Rows = [.. NameGroupTable.Rows, .. SyllableTable.Rows];

    private static readonly FrozenDictionary<string, ushort[]>.AlternateLookup<ReadOnlySpan<char>> Groups =
        Build().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Rows of a token; none for a token that is not in the table.</summary>
    internal static ReadOnlySpan<ushort> Of(ReadOnlySpan<char> token) =>
        Groups.TryGetValue(token, out var rows) ? rows : [];

    /// <summary>How two tokens of the tables stand to each other.</summary>
    internal static GroupRelation Relate(ReadOnlySpan<ushort> left, ReadOnlySpan<ushort> right)
    {
        var relation = GroupRelation.None;
        foreach (var row in left)
        {
            foreach (var other in right)
            {
                if (((row ^ other) & NumberMask) == 0)
                {
                    if (((row | other) & ShortForm) == 0)
                        return GroupRelation.Spelling;
                    relation = GroupRelation.ShortForm;
                }
                else if (relation == GroupRelation.None && IsSyllable(row) == IsSyllable(other))
                {
                    relation = GroupRelation.OtherName;
                }
            }
        }

        return relation;
    }

    /// <summary>True for a token of <see cref="SyllableTable"/>.</summary>
    internal static bool IsSyllable(string token)
    {
        foreach (var row in Of(token))
        {
            if (IsSyllable(row))
                return true;
        }

        return false;
    }

    private static bool IsSyllable(ushort row) => (row & NumberMask) >= NameGroupTable.Rows.Length;

    /// <summary>The first spelling of the row a token is a spelling of; itself when there is none.</summary>
    internal static string Canonical(string token)
    {
        foreach (var row in Of(token))
        {
            if ((row & ShortForm) == 0)
                return Rows[row].Split(' ', 2)[0];
        }

        return token;
    }

    private static FrozenDictionary<string, ushort[]> Build()
    {
        var rows = new Dictionary<string, List<ushort>>(StringComparer.Ordinal);
        for (var number = 0; number < Rows.Length; number++)
        {
            var flag = (ushort)0;
            foreach (var word in Rows[number].Split(' '))
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

/// <summary>How two tokens stand to each other in the tables of names.</summary>
internal enum GroupRelation : byte
{
    /// <summary>The tables do not say; their letters decide.</summary>
    None,

    /// <summary>Spellings of one name.</summary>
    Spelling,

    /// <summary>One is a short or foreign form of the other.</summary>
    ShortForm,

    /// <summary>Two known names that are not the same one: what letters they share is chance.</summary>
    OtherName,
}
