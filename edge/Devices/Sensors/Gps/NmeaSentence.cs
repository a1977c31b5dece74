using System.Buffers.Text;

namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>
/// One sentence of NMEA 0183 in its frame: <c>$</c>, address, fields between commas, <c>*</c> and two hexadecimal digits, which are the exclusive
/// or of everything between.
/// </summary>
internal readonly ref struct NmeaSentence
{
    /// <summary>82 characters with <c>$</c>, CR and LF (NMEA 0183, §5.3); some receivers send more, none sends twice as many.</summary>
    public const int LengthMax = 160;

    private const int TalkerLength = 2;
    private const int TypeLength = 3;
    private const int ChecksumLength = 3;

    private readonly ReadOnlySpan<byte> _body;

    private NmeaSentence(ReadOnlySpan<byte> body) => _body = body;

    /// <summary>The three letters after the talker's two, as <c>RMC</c>.</summary>
    public ReadOnlySpan<byte> Type => _body.Slice(TalkerLength, TypeLength);

    /// <summary>Takes a line apart, without its line end.</summary>
    /// <returns>False for anything that is no sentence, or whose checksum is wrong or missing.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, out NmeaSentence sentence)
    {
        sentence = default;
        if (line.Length is < 1 + TalkerLength + TypeLength + ChecksumLength or > LengthMax || line[0] != '$' || line[^ChecksumLength] != '*')
            return false;
        var body = line[1..^ChecksumLength];
        if (!Utf8Parser.TryParse(line[^2..], out byte stated, out var consumed, 'x') || consumed != 2)
            return false;
        byte sum = 0;
        foreach (var letter in body)
            sum ^= letter;
        sentence = new NmeaSentence(body);
        return sum == stated;
    }

    /// <summary>A field by its number, 1 for the first after the address; empty when the sentence has fewer.</summary>
    public ReadOnlySpan<byte> Field(int number)
    {
        var rest = _body;
        for (var passed = 0; passed < number; passed++)
        {
            var comma = rest.IndexOf((byte)',');
            if (comma < 0)
                return [];
            rest = rest[(comma + 1)..];
        }

        var end = rest.IndexOf((byte)',');
        return end < 0 ? rest : rest[..end];
    }
}
