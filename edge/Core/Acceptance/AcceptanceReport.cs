using System.Collections.Immutable;
using System.Text.Json;

namespace EdgeCheckpoint.Acceptance;

/// <summary>What came of the check of one part.</summary>
public enum CheckResult
{
    /// <summary>It did what was asked of it.</summary>
    Passed,

    /// <summary>It did not.</summary>
    Failed,

    /// <summary>The technician left it out.</summary>
    Skipped,

    /// <summary>The board's profile has none.</summary>
    NotFitted,
}

/// <summary>One line of the acceptance report.</summary>
/// <param name="Part">Name, as in the appliance's health.</param>
/// <param name="Detail">What was measured or seen, or why it failed.</param>
public sealed record CheckedPart(string Part, CheckResult Result, string Detail);

/// <summary>What a technician found on an appliance, part by part: a file of JSON, signed as its bytes stand (<see cref="AcceptanceSignature"/>).</summary>
public sealed record AcceptanceReport
{
    /// <summary>Version of this form.</summary>
    public int Form { get; init; } = 1;

    public required string ApplianceId { get; init; }

    public required string PostName { get; init; }

    public required string HardwareSerial { get; init; }

    public required string BoardProfile { get; init; }

    public required string Software { get; init; }

    /// <summary>Name or staff number, as the technician gave it.</summary>
    public required string Technician { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>False when a part failed or was left out.</summary>
    public required bool IsAccepted { get; init; }

    public required ImmutableArray<CheckedPart> Parts { get; init; }

    /// <summary>As it is written.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, AcceptanceJson.Default.AcceptanceReport);

    /// <summary>Reads a report.</summary>
    /// <returns>Null for anything that is none.</returns>
    public static AcceptanceReport? Parse(ReadOnlySpan<byte> bytes) => AcceptanceJson.Read(bytes, AcceptanceJson.Default.AcceptanceReport);
}
