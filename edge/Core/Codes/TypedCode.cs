using System.Text;

namespace EdgeCheckpoint.Codes;

/// <summary>
/// Bytes as people read, type and dictate them: groups of seven symbols from Crockford's base 32 (no I, L, O, U), the last
/// of each group a check symbol. A wrong symbol, two exchanged ones and exchanged groups are found, and the group is named.
/// </summary>
/// <remarks>
/// The check symbol makes the polynomial of a group over GF(32) (x^5 + x^2 + 1), with coefficients of different powers, equal
/// the group's number: hence every single wrong symbol and every exchange of two symbols in a group is found.
/// </remarks>
public static class TypedCode
{
    /// <summary>Symbols of a group that carry data.</summary>
    private const int GroupLength = 6;
    private const int GroupsMax = 30;
    private const int BitsPerSymbol = 5;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Writes bytes; groups are parted by hyphens.</summary>
    /// <param name="bytes">1 to 112 bytes.</param>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var groups = GroupsOf(bytes.Length);
        var text = new StringBuilder();
        Span<byte> symbols = stackalloc byte[GroupLength];
        for (var group = 0; group < groups; group++)
        {
            for (var i = 0; i < GroupLength; i++)
                symbols[i] = SymbolAt(bytes, ((group * GroupLength) + i) * BitsPerSymbol);
            if (group > 0)
                text.Append('-');
            foreach (var symbol in symbols)
                text.Append(Alphabet[symbol]);
            text.Append(Alphabet[CheckOf(symbols, group)]);
        }

        return text.ToString();
    }

    /// <summary>Reads what a person typed. Letter case, spaces and hyphens do not matter; O is 0, I and L are 1.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="length">Bytes expected.</param>
    /// <returns>The bytes, or what is wrong, as a sentence that names the group.</returns>
    public static Result<byte[], string> Decode(string text, int length)
    {
        var groups = GroupsOf(length);
        var symbols = new List<byte>();
        foreach (var character in text)
        {
            if (character is '-' or ' ' or '\t' or '\r' or '\n')
                continue;
            if (ValueOf(character) is not { } value)
                return $"'{character}' is no symbol of such a code; it has digits and letters without I, L, O and U.";
            symbols.Add(value);
        }

        var expected = groups * (GroupLength + 1);
        if (symbols.Count != expected)
            return $"The code has {expected} symbols in {groups} groups; {symbols.Count} were typed.";
        var data = new byte[groups * GroupLength];
        for (var group = 0; group < groups; group++)
        {
            var part = symbols.GetRange(group * (GroupLength + 1), GroupLength).ToArray();
            if (CheckOf(part, group) != symbols[(group * (GroupLength + 1)) + GroupLength])
                return $"Group {group + 1} of {groups} is mistyped; compare it with the ticket.";
            part.CopyTo(data, group * GroupLength);
        }

        var bytes = new byte[length];
        for (var bit = 0; bit < data.Length * BitsPerSymbol; bit++)
        {
            var isSet = (data[bit / BitsPerSymbol] >> (BitsPerSymbol - 1 - (bit % BitsPerSymbol)) & 1) != 0;
            if (!isSet)
                continue;
            if (bit / 8 >= length)
                return $"Group {groups} of {groups} is mistyped; compare it with the ticket.";
            bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return bytes;
    }

    private static int GroupsOf(int length)
    {
        var groups = ((length * 8) + (GroupLength * BitsPerSymbol) - 1) / (GroupLength * BitsPerSymbol);
        return groups is >= 1 and <= GroupsMax ? groups : throw new ArgumentOutOfRangeException(nameof(length), "A typed code has 1 to 112 bytes.");
    }

    private static byte SymbolAt(ReadOnlySpan<byte> bytes, int firstBit)
    {
        var symbol = 0;
        for (var bit = firstBit; bit < firstBit + BitsPerSymbol; bit++)
            symbol = (symbol << 1) | (bit / 8 < bytes.Length ? (bytes[bit / 8] >> (7 - (bit % 8))) & 1 : 0);
        return (byte)symbol;
    }

    /// <summary>Sum of alpha^k * symbol for k from 1, plus the group's number; added to it the check symbol gives zero.</summary>
    private static byte CheckOf(ReadOnlySpan<byte> symbols, int group)
    {
        var sum = 0;
        foreach (var symbol in symbols)
            sum = Double(sum ^ symbol);
        return (byte)(sum ^ (group + 1));
    }

    private static int Double(int value) => (value & 16) != 0 ? ((value << 1) & 31) ^ 0b00101 : value << 1;

    private static byte? ValueOf(char character)
    {
        var upper = char.ToUpperInvariant(character);
        var symbol = upper switch { 'O' => '0', 'I' or 'L' => '1', _ => upper };
        var value = Alphabet.IndexOf(symbol, StringComparison.Ordinal);
        return value < 0 ? null : (byte)value;
    }
}
