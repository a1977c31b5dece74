using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>Options of the exchange with central.</summary>
public sealed class SyncOptions
{
    public const string Section = "Sync";

    /// <summary>Shortest wait after a failed batch, in seconds, 0.05 to 60.</summary>
    [Range(0.05, 60)]
    public double BackoffSecondsMin { get; set; } = 1;

    /// <summary>Longest wait after a failed batch, in seconds, 1 to 3,600.</summary>
    [Range(1, 3600)]
    public double BackoffSecondsMax { get; set; } = 900;

    /// <summary>
    /// The first reconnect after an outage is spread over this many seconds, 0 to 600, so that a nation's appliances do
    /// not come back in one second. Lane 0 does not wait.
    /// </summary>
    [Range(0, 600)]
    public double ReconnectSpreadSeconds { get; set; } = 120;

    /// <summary>Seconds that any call may take at least before it is given up, 1 to 300. What it may take beyond that follows from the link.</summary>
    [Range(1, 300)]
    public double CallSecondsMin { get; set; } = 20;

    /// <summary>Seconds that a call may take at most on the slowest link, 2 to 900. Not less than <see cref="CallSecondsMin"/>.</summary>
    [Range(2, 900)]
    public double CallSecondsMax { get; set; } = 300;

    /// <summary>
    /// Seconds between ticks of the doorbell, 5 to 300; after three that are missing the connection is built anew. Longer where each
    /// byte is paid for.
    /// </summary>
    [Range(5, 300)]
    public int TickSeconds { get; set; } = 20;

    /// <summary>Seconds between heartbeats, 1 to 3,600.</summary>
    [Range(1, 3600)]
    public double HeartbeatSeconds { get; set; } = 60;

    /// <summary>Seconds between looks for commands, 1 to 3,600.</summary>
    [Range(1, 3600)]
    public double CommandSeconds { get; set; } = 30;

    /// <summary>Seconds between looks whether the certificate must be renewed, 1 to 86,400. A look without a need calls nobody.</summary>
    [Range(1, 86400)]
    public double RenewalCheckSeconds { get; set; } = 60;

    /// <summary>Minutes that a command to wipe waits while somebody works at the counter, 0 to 60.</summary>
    [Range(0, 60)]
    public double WipeWaitMinutes { get; set; } = 10;

    /// <summary>Seconds between looks for a new release when the doorbell is silent, 1 to 86,400.</summary>
    [Range(1, 86400)]
    public double ReleaseCheckSeconds { get; set; } = 300;

    /// <summary>The back-off of alerts: never more than half a minute, and no spread.</summary>
    internal SyncOptions ForAlerts() => new()
    {
        BackoffSecondsMin = BackoffSecondsMin,
        BackoffSecondsMax = Math.Min(LinkGate.AlertSecondsMax, BackoffSecondsMax),
        ReconnectSpreadSeconds = 0,
    };
}

[OptionsValidator]
internal sealed partial class SyncOptionsValidator : IValidateOptions<SyncOptions>;

/// <summary>What single ranges cannot say: shortest times that are longer than the longest.</summary>
internal sealed class SyncOptionsRelations : IValidateOptions<SyncOptions>
{
    public ValidateOptionsResult Validate(string? name, SyncOptions options) =>
        options.CallSecondsMin > options.CallSecondsMax ? ValidateOptionsResult.Fail("Sync:CallSecondsMin is more than Sync:CallSecondsMax.")
        : options.BackoffSecondsMin > options.BackoffSecondsMax ? ValidateOptionsResult.Fail("Sync:BackoffSecondsMin is more than Sync:BackoffSecondsMax.")
        : ValidateOptionsResult.Success;
}
