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

    /// <summary>Seconds a call may take, 2 to 300.</summary>
    [Range(2, 300)]
    public double CallSecondsMax { get; set; } = 30;

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
}

[OptionsValidator]
internal sealed partial class SyncOptionsValidator : IValidateOptions<SyncOptions>;
