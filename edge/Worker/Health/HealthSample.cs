using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>How the appliance does at one moment, for a record of lane 3. Nothing of travellers and nothing of staff.</summary>
internal sealed record HealthSample
{
    internal required ImmutableArray<PartStatus> Parts { get; init; }

    internal required int DiskUsedPercent { get; init; }

    internal required long JournalBytes { get; init; }

    internal required QueueDepth Waiting { get; init; }

    /// <summary>Age of the oldest record that central does not have; null when it has all.</summary>
    internal required TimeSpan? OldestWaiting { get; init; }

    internal required ClockQuality Clock { get; init; }

    /// <summary>Since the program was started.</summary>
    internal required TimeSpan Uptime { get; init; }

    internal required ListStatus List { get; init; }

    /// <summary>The states alone: when they differ, something has changed.</summary>
    internal string States => string.Join(' ', Parts.Select(static part => $"{part.Name}={part.Health.State}"));

    /// <summary>As it is written: one thing a line, name and value with "=" between; a part's detail follows its state.</summary>
    internal string ToNote()
    {
        var lines = new List<string>
        {
            Line($"software={ApplianceHealth.SoftwareVersion}"),
            Line($"uptime-seconds={(long)Uptime.TotalSeconds}"),
            Line($"clock={Clock}"),
            Line($"disk-used-percent={DiskUsedPercent}"),
            Line($"journal-bytes={JournalBytes}"),
            Line($"waiting={Waiting.RecordsWaiting}"),
            Line($"waiting-oldest-seconds={(long)(OldestWaiting ?? TimeSpan.Zero).TotalSeconds}"),
        };
        lines.AddRange(Waiting.Lanes.Select(static lane => Line($"waiting-{lane.Lane}={lane.RecordsWaiting}")));
        lines.Add(Line($"list-version={List.Version}"));
        lines.Add(Line($"list-age-seconds={(List.Age is { } age ? (long)age.TotalSeconds : -1)}"));
        lines.AddRange(Parts.Select(static part => part.Health.Detail.Length == 0
            ? $"part-{part.Name}={part.Health.State}"
            : $"part-{part.Name}={part.Health.State} {part.Health.Detail.ReplaceLineEndings(" ")}"));
        return string.Join('\n', lines);
    }

    internal RecordDraft ToDraft() => new(Lane.Health, RecordKind.Health, RecordDraft.Appliance)
    {
        ListVersion = List.Version,
        ListAgeSeconds = List.Age is { } age ? (long)age.TotalSeconds : null,
        Personal = new PersonalPart { Note = ToNote() },
    };

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
