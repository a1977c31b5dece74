using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Worker.SelfTesting;

/// <summary>How one part of the self-test ended.</summary>
internal enum SelfTestResult
{
    Passed,

    /// <summary>It works, and somebody must see to it.</summary>
    Attention,

    Failed,

    /// <summary>It could not be tested now.</summary>
    NotChecked,

    /// <summary>There is no such part.</summary>
    NotFitted,
}

/// <summary>Why the self-test is made.</summary>
internal enum SelfTestOccasion
{
    PowerOn,

    /// <summary>Somebody has signed in at the counter.</summary>
    ShiftStart,

    /// <summary>A technician asked for it.</summary>
    Asked,

    /// <summary>The last one was not passed in full.</summary>
    Again,
}

/// <summary>One part, what was found, and what to do about it. Nothing of travellers and nothing of staff.</summary>
/// <param name="Remedy">A sentence; empty when there is nothing to do.</param>
internal sealed record SelfTestPart(string Name, SelfTestResult Result, string Detail, string Remedy = "");

/// <summary>A self-test of the whole appliance.</summary>
internal sealed record SelfTestReport(SelfTestOccasion Occasion, DateTimeOffset At, ImmutableArray<SelfTestPart> Parts)
{
    /// <summary>Exit code of the command when every part passed or is not fitted.</summary>
    internal const int PassedCode = 0;

    /// <summary>Exit code when a part failed.</summary>
    internal const int FailedCode = 2;

    /// <summary>Exit code when nothing failed, and a part was not checked or wants attention.</summary>
    internal const int IncompleteCode = 3;

    internal bool HasFailed => Parts.Any(static part => part.Result == SelfTestResult.Failed);

    internal bool IsPassed => Parts.All(static part => part.Result is SelfTestResult.Passed or SelfTestResult.NotFitted);

    internal int ExitCode => HasFailed ? FailedCode : IsPassed ? PassedCode : IncompleteCode;

    /// <summary>Results alone: when they differ, something has changed.</summary>
    internal string Results => string.Join(' ', Parts.Select(static part => $"{part.Name}={part.Result}"));

    /// <summary>Those that are not in order, in one line.</summary>
    internal string Summary => IsPassed
        ? string.Create(CultureInfo.InvariantCulture, $"passed at {At:HH:mm} UTC")
        : string.Create(CultureInfo.InvariantCulture, $"at {At:HH:mm} UTC: {string.Join("; ", Wanting.Select(static part => $"{part.Name} {Word(part.Result)}, {part.Detail}"))}");

    internal IEnumerable<SelfTestPart> Wanting => Parts.Where(static part => part.Result is not (SelfTestResult.Passed or SelfTestResult.NotFitted));

    internal DeviceHealth Health => new(
        HasFailed ? DeviceState.Failed : IsPassed ? DeviceState.Ok : DeviceState.Attention, Summary, At);

    internal static string Word(SelfTestResult result) => result switch
    {
        SelfTestResult.Passed => "PASSED",
        SelfTestResult.Attention => "ATTENTION",
        SelfTestResult.Failed => "FAILED",
        SelfTestResult.NotFitted => "NOT FITTED",
        _ => "NOT CHECKED",
    };

    /// <summary>A test that failed travels with the alerts.</summary>
    internal RecordDraft ToDraft(string actor, ulong? listVersion) => new(HasFailed ? Lane.Alerts : Lane.Audit, RecordKind.SelfTested, actor)
    {
        ListVersion = listVersion,
        OutcomeCodes = [(ushort)(HasFailed ? OutcomeCode.SelfTestFailed : IsPassed ? OutcomeCode.SelfTestPassed : OutcomeCode.SelfTestIncomplete)],
        Personal = new PersonalPart
        {
            Note = string.Join('\n', [$"occasion={Occasion}", .. Parts.Select(static part => $"{part.Name}={part.Result}{(part.Detail.Length > 0 ? " " + part.Detail.ReplaceLineEndings(" ") : "")}")]),
        },
    };
}

/// <summary>The latest self-test; null before the first of this run.</summary>
internal sealed class SelfTestBook
{
    private volatile SelfTestReport? _latest;

    internal SelfTestReport? Latest
    {
        get => _latest;
        set => _latest = value;
    }
}
