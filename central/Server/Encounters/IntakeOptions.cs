using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>When central stops taking records, so that its disk never fills (DESIGN §6).</summary>
internal sealed class IntakeOptions
{
    public const string Section = "Intake";

    /// <summary>Below this much free space, in bytes, only lane 0 (hits and alerts) is taken.</summary>
    [Range(0, long.MaxValue)]
    public long FreeBytesMin { get; set; } = 1L << 30;

    /// <summary>Below this much free space, in bytes, nothing is taken. Less than <see cref="FreeBytesMin"/>.</summary>
    [Range(0, long.MaxValue)]
    public long FreeBytesMinAlerts { get; set; } = 256L << 20;

    /// <summary>When a refused appliance may try again, in seconds.</summary>
    [Range(1, 3600)]
    public int RetrySeconds { get; set; } = 60;

    /// <summary>Batches that are verified and stored at once; as many of alerts besides.</summary>
    [Range(1, 256)]
    public int BatchesAtOnce { get; set; } = 8;

    /// <summary>Batches that wait in line, as they came off the wire, and as many of alerts besides; beyond them appliances are asked to come again.</summary>
    [Range(1, 100_000)]
    public int BatchesWaitingMax { get; set; } = 2_000;

    /// <summary>When an appliance that found the line too long comes again, in seconds.</summary>
    [Range(1, 600)]
    public int CrowdRetrySeconds { get; set; } = 10;
}

[OptionsValidator]
internal sealed partial class IntakeOptionsValidator : IValidateOptions<IntakeOptions>;

/// <summary>The reserve for alerts lies below the limit for everything else.</summary>
internal sealed class IntakeLimitsValidator : IValidateOptions<IntakeOptions>
{
    public ValidateOptionsResult Validate(string? name, IntakeOptions options) =>
        options.FreeBytesMinAlerts <= options.FreeBytesMin
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Intake:FreeBytesMinAlerts must not be greater than Intake:FreeBytesMin.");
}
