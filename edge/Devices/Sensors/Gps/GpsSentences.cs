using System.Buffers.Text;

namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>Puts a receiver's sentences together: time and place from RMC, satellites from GGA. Sentences of other kinds are passed over.</summary>
internal sealed class GpsSentences
{
    /// <summary>Two digits of the year: receivers are younger than this.</summary>
    private const int CenturyStart = 2000;

    private int? _satelliteCount;

    /// <summary>Sentences with a right checksum.</summary>
    public long SentenceCount { get; private set; }

    /// <summary>Takes one line.</summary>
    /// <returns>The fix, when the line completed one; null else, also when the receiver says itself that it has none.</returns>
    public GpsFix? Take(ReadOnlySpan<byte> line)
    {
        if (!NmeaSentence.TryParse(line, out var sentence))
            return null;
        SentenceCount++;
        if (sentence.Type.SequenceEqual("GGA"u8))
            _satelliteCount = Quality(sentence) > 0 && TryInteger(sentence.Field(7), out var count) ? count : null;
        return sentence.Type.SequenceEqual("RMC"u8) ? FromRmc(sentence) : null;
    }

    /// <summary>GGA, field 6: 0 is no fix; 6 is dead reckoning, 7 and 8 are typed in or simulated.</summary>
    private static int Quality(NmeaSentence sentence) => TryInteger(sentence.Field(6), out var quality) && quality <= 5 ? quality : 0;

    /// <summary>RMC: 1 time, 2 status (A is good, V is a warning), 3 to 6 place, 9 date.</summary>
    private GpsFix? FromRmc(NmeaSentence sentence)
    {
        if (!sentence.Field(2).SequenceEqual("A"u8) || !IsOfTheSky(sentence.Field(12)) || !TryTime(sentence.Field(1), sentence.Field(9), out var time))
            return null;
        return new GpsFix(time, ToPosition(sentence), _satelliteCount);
    }

    private static GpsPosition? ToPosition(NmeaSentence sentence) =>
        TryAngle(sentence.Field(3), sentence.Field(4), 2, 90, 'N', 'S', out var latitude)
        && TryAngle(sentence.Field(5), sentence.Field(6), 3, 180, 'E', 'W', out var longitude)
            ? new GpsPosition(latitude, longitude)
            : null;

    /// <summary>hhmmss with an optional fraction, and ddmmyy.</summary>
    private static bool TryTime(ReadOnlySpan<byte> clock, ReadOnlySpan<byte> date, out DateTimeOffset time)
    {
        time = default;
        if (clock.Length < 6 || date.Length != 6
            || !TryInteger(clock[..2], out var hour) || !TryInteger(clock[2..4], out var minute) || !TryInteger(clock[4..6], out var second)
            || !TryInteger(date[..2], out var day) || !TryInteger(date[2..4], out var month) || !TryInteger(date[4..6], out var year))
        {
            return false;
        }

        // A leap second reads 60; it is the second before for everything here.
        if (hour > 23 || minute > 59 || second > 60 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(CenturyStart + year, month))
            return false;
        if (!TryFraction(clock[6..], out var fraction))
            return false;
        time = new DateTimeOffset(CenturyStart + year, month, day, hour, minute, Math.Min(second, 59), TimeSpan.Zero) + TimeSpan.FromSeconds(fraction);
        return true;
    }

    /// <summary>RMC, field 12, mode: autonomous, differential, float, precise, fixed; older receivers leave it out. E, M, S and N are reckoned, typed in, simulated and none.</summary>
    private static bool IsOfTheSky(ReadOnlySpan<byte> mode) => mode.IsEmpty || (mode.Length == 1 && "ADFPR"u8.Contains(mode[0]));

    /// <summary>Nothing, or a point and up to six digits; no sign and no exponent.</summary>
    private static bool TryFraction(ReadOnlySpan<byte> text, out double fraction)
    {
        fraction = 0;
        if (text.IsEmpty)
            return true;
        if (text[0] != '.' || (text.Length > 1 && !TryInteger(text[1..], out _)))
            return false;
        if (text.Length > 1 && TryInteger(text[1..], out var digits))
            fraction = digits / Math.Pow(10, text.Length - 1);
        return true;
    }

    /// <summary>Degrees and minutes without a mark between them: ddmm.mmmm, or dddmm.mmmm.</summary>
    private static bool TryAngle(
        ReadOnlySpan<byte> field, ReadOnlySpan<byte> side, int degreeDigits, int degreesMax, char positive, char negative, out double degrees)
    {
        degrees = 0;
        if (field.Length < degreeDigits + 2 || side.Length != 1 || (side[0] != positive && side[0] != negative)
            || !TryInteger(field[..degreeDigits], out var whole)
            || !Utf8Parser.TryParse(field[degreeDigits..], out double minutes, out var used, 'F') || used != field.Length - degreeDigits
            || minutes is < 0 or >= 60)
        {
            return false;
        }

        degrees = (whole + (minutes / 60)) * (side[0] == positive ? 1 : -1);
        return Math.Abs(degrees) <= degreesMax;
    }

    private static bool TryInteger(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > 6)
            return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
