using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Worker.Acceptance;

/// <summary>What came of the check of one part.</summary>
internal enum CheckResult
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
internal sealed record CheckedPart(string Part, CheckResult Result, string Detail);

/// <summary>What a technician found, part by part.</summary>
internal sealed record AcceptanceReport
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
}

/// <summary>Beside a report: who vouches for its bytes.</summary>
/// <param name="Certificate">The appliance's certificate, DER, base64.</param>
/// <param name="Signature">ECDSA P-256 with SHA-256 over the context and the report's bytes, IEEE P1363 form, base64.</param>
internal sealed record AcceptanceSignature(string Certificate, string Signature);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AcceptanceReport))]
[JsonSerializable(typeof(AcceptanceSignature))]
internal sealed partial class AcceptanceJson : JsonSerializerContext;
