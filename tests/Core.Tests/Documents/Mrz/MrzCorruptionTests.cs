using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

/// <summary>Every single wrong character in every checked column of every format, tried one by one.</summary>
public sealed class MrzCorruptionTests
{
    private const string MrzSet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";

    /// <summary>
    /// What the weights 7, 3, 1 cannot tell apart: all are prime to 10, so characters of equal value modulo 10 give the same
    /// digit wherever they stand (Doc 9303-3 §4.9).
    /// </summary>
    private static readonly string[] Undetectable =
        ["0AKU<", "1BLV", "2CMW", "3DNX", "4EOY", "5FPZ", "6GQ", "7HR", "8IS", "9JT"];

    /// <summary>Name, lines, and the checked columns of each line, from 0, the end exclusive.</summary>
    private static readonly (string Name, string[] Lines, (int Line, int Start, int End)[] Checked)[] Zones =
    [
        ("TD3", Specimens.Td3, [(1, 0, 10), (1, 13, 20), (1, 21, 44)]),
        ("TD2", Specimens.Td2, [(1, 0, 10), (1, 13, 20), (1, 21, 36)]),
        ("TD1", Specimens.Td1, [(0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 30)]),
        ("long number", Specimens.LongNumber, [(0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 30)]),
        ("MRV-A", Specimens.MrvA, [(1, 0, 10), (1, 13, 20), (1, 21, 28)]),
        ("MRV-B", Specimens.MrvB, [(1, 0, 10), (1, 13, 20), (1, 21, 28)]),
        ("French card", Specimens.FrenchCard, [(0, 5, 36), (1, 0, 36)]),
    ];

    [Fact]
    public void Undetectable_EveryCharacterOfTheSet_IsInOneGroup()
    {
        Assert.Equal(MrzSet.Order(), string.Concat(Undetectable).Order());
    }

    [Fact]
    public void Parse_AnySingleCharacterOfACheckedFieldWrong_IsDetectedUnlessListed()
    {
        var missed = new List<string>();
        var (detected, undetected) = (0, 0);
        foreach (var (name, lines, stretches) in Zones)
        {
            Assert.True(Parse(lines).StrictValid, name);
            foreach (var (line, start, end) in stretches)
            {
                for (var column = start; column < end; column++)
                {
                    foreach (var character in MrzSet)
                    {
                        var right = lines[line][column];
                        if (character == right)
                            continue;
                        var isDetected = !Parse(With(lines, line, column, character)).PracticeValid;
                        detected += isDetected ? 1 : 0;
                        undetected += isDetected ? 0 : 1;
                        if (!isDetected && !Undetectable.Any(group => group.Contains(right) && group.Contains(character)))
                            missed.Add($"{name} line {line + 1} column {column + 1}: {right} read as {character}");
                    }
                }
            }
        }

        Assert.Empty(missed);
        // The check must not have become one that finds everything, or nothing.
        Assert.InRange(undetected, 1, detected / 10);
    }

    private static string[] With(string[] lines, int line, int column, char character)
    {
        var changed = lines.ToArray();
        changed[line] = $"{lines[line][..column]}{character}{lines[line][(column + 1)..]}";
        return changed;
    }

    private static MrzReading Parse(string[] lines) => MrzParser.Parse(lines, Specimens.Inspection);
}
