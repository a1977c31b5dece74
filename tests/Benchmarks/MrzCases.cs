using System.Collections.Immutable;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>Zones of the specimen holder of Doc 9303 and of invented Utopians.</summary>
internal static class MrzCases
{
    public static readonly DateOnly Inspection = new(2026, 11, 23);

    public static readonly ImmutableArray<string> Td3 =
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];

    private static readonly ImmutableArray<string> Td1 =
        ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];

    private static readonly ImmutableArray<string> LongNumber =
        ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"];

    private static readonly ImmutableArray<string> WrongDigit =
        [Td3[0], "L898902C36UTO7408122F1204159ZE184226B<<<<<11"];

    public static readonly (string Name, ImmutableArray<string> Lines)[] All =
    [
        ("mrz-parse-td3", Td3),
        ("mrz-parse-td1", Td1),
        ("mrz-parse-long-number", LongNumber),
        ("mrz-parse-wrong-digit", WrongDigit),
    ];

    public static Measurement Measure(string name, ImmutableArray<string> lines, int rounds, int operationsPerRound) =>
        Measurement.Of(name, rounds, operationsPerRound, count =>
        {
            long valid = 0;
            for (var index = 0; index < count; index++)
                valid += MrzParser.Parse(lines, Inspection).PracticeValid ? 1 : 0;
            return valid;
        });
}
