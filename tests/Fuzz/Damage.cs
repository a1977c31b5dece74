using System.Collections.Immutable;

namespace EdgeCheckpoint.Fuzz;

/// <summary>Zones of the specimen holder and of invented people, and ways to damage them.</summary>
internal sealed class Damage(Random random)
{
    private const string MrzSet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";
    private const string Nasty = "?*^#_ abcz\0\r\n\u0002\u0003\u00AB\u20AC\uD800\uFFFF-'/\"";

    private static readonly string[][] Zones =
    [
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
        ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"],
        ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
        ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"],
        ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"],
        ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"],
        ["IDFRAVALCREUSE<<<<<<<<<<<<<<<<750112", "0903751000424AURORE<<LISE<<<8507143F6"[..36]],
    ];

    /// <summary>A zone with none to many characters changed, put in or taken out, or lines that never were one.</summary>
    public ImmutableArray<string> Lines()
    {
        if (random.Next(10) == 0)
            return [.. Enumerable.Range(0, random.Next(5)).Select(_ => Noise(random.Next(100)))];
        var lines = Zones[random.Next(Zones.Length)].ToArray();
        for (var change = random.Next(8); change > 0; change--)
        {
            ref var line = ref lines[random.Next(lines.Length)];
            var at = random.Next(line.Length + 1);
            line = random.Next(12) switch
            {
                0 => line.Insert(at, Noise(1)),
                1 when at < line.Length => line.Remove(at, 1),
                _ when at < line.Length => string.Concat(line.AsSpan(0, at), Noise(1), line.AsSpan(at + 1)),
                _ => line,
            };
        }

        return [.. lines];
    }

    /// <summary>Lines in some dressing, damaged as bytes too.</summary>
    public byte[] Message()
    {
        var bytes = new List<byte>();
        for (var message = random.Next(1, 4); message > 0; message--)
        {
            AddControls(bytes);
            foreach (var line in Lines())
            {
                bytes.AddRange(line.Select(static character => unchecked((byte)character)));
                AddControls(bytes);
            }
        }

        for (var change = random.Next(4); change > 0 && bytes.Count > 0; change--)
            bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
        return [.. bytes];
    }

    public DateOnly Day() => DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1));

    private void AddControls(List<byte> bytes)
    {
        ReadOnlySpan<byte> controls = [0x01, 0x02, 0x03, 0x04, 0x0A, 0x0D, 0x0D, 0x0D, (byte)']', (byte)'_'];
        for (var count = random.Next(4); count > 0; count--)
            bytes.Add(controls[random.Next(controls.Length)]);
    }

    private string Noise(int length) => string.Create(length, random, static (text, random) =>
    {
        for (var index = 0; index < text.Length; index++)
            text[index] = random.Next(6) == 0 ? Nasty[random.Next(Nasty.Length)] : MrzSet[random.Next(MrzSet.Length)];
    });
}
