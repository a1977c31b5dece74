using System.Diagnostics.CodeAnalysis;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>What the ranges of <see cref="ScannerOptions"/> cannot say: names, escapes, and options that contradict one another.</summary>
internal static class ScannerOptionRules
{
    /// <summary>What the framer takes care of by itself, so that "\x02" as prefix or "~\r" as suffix does no harm.</summary>
    private const int LastControl = 0x1F;

    public static bool TryMakeProfile(
        ScannerOptions options, [NotNullWhen(true)] out ReaderProfile? profile, out List<string> problems)
    {
        problems = [];
        profile = null;
        if (ReaderProfiles.Find(options.Profile) is not { } named)
        {
            problems.Add($"Scanner:Profile={options.Profile} is unknown; choose one of {ReaderProfiles.Names}.");
            return false;
        }

        var made = named with
        {
            Prefix = Delimiter("Prefix", options.Prefix, named.Prefix, problems),
            Suffix = Delimiter("Suffix", options.Suffix, named.Suffix, problems),
            StripsAimId = options.AimId ?? named.StripsAimId,
            UnknownMarks = Letters("UnknownMarks", options.UnknownMarks, named.UnknownMarks, problems),
            Padding = Letters("Padding", options.Padding, named.Padding, problems),
            Flag = options.FlagByte ?? named.Flag,
            LengthCovers = options.LengthCovers ?? named.LengthCovers,
            BlockCheckCovers = options.BlockCheckCovers ?? named.BlockCheckCovers,
            Idle = Time(options.IdleMilliseconds) ?? named.Idle,
            LineGap = Time(options.LineGapMilliseconds) ?? named.LineGap,
        };
        if (made.Padding.Any(made.UnknownMarks.Contains))
            problems.Add("Scanner:Padding and Scanner:UnknownMarks have a character in common.");
        profile = problems.Count == 0 ? made : null;
        return profile is not null;
    }

    public static IEnumerable<string> WedgeProblems(ScannerOptions options)
    {
        if (options.Kind == ScannerKind.KeyboardWedge && options.WedgeIds.Count == 0)
            yield return "Scanner:WedgeIds names no device; without it no input device is read.";
        foreach (var id in options.WedgeIds)
        {
            if (id.Length == 0 || id.Contains('/', StringComparison.Ordinal) || id is "." or "..")
                yield return $"Scanner:WedgeIds has \"{id}\", which is no name below /dev/input/by-id.";
        }
    }

    /// <summary>Prefix or suffix without control characters, which the framer ends lines by or passes over anyway.</summary>
    private static string Delimiter(string name, string? escaped, string otherwise, List<string> problems)
    {
        if (escaped is null)
            return otherwise;
        if (!EscapedText.TryParse(escaped, out var text))
        {
            problems.Add($"Scanner:{name} has an escape other than \\r, \\n, \\t, \\\\ and \\xHH, or a character outside Latin-1.");
            return otherwise;
        }

        var visible = string.Concat(text.Where(static character => character > LastControl));
        if (visible.Length > 0 && visible.All(LetterMap.IsMrz))
            problems.Add($"Scanner:{name} consists of characters that documents have; set the reader to another one.");
        return visible;
    }

    private static string Letters(string name, string? escaped, string otherwise, List<string> problems)
    {
        if (escaped is null)
            return otherwise;
        if (EscapedText.TryParse(escaped, out var text) && !text.Any(LetterMap.IsMrz) && text.All(static character => character > LastControl))
            return text;
        problems.Add($"Scanner:{name} must be characters of Latin-1 that documents do not have, with escapes \\\\ and \\xHH.");
        return otherwise;
    }

    private static TimeSpan? Time(int? milliseconds) => milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null;
}
