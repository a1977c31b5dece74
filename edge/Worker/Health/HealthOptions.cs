using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>Options of the health records, lane 3.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>Minutes from one health record to the next while nothing changes, 1 to 1,440.</summary>
    [Range(1, 1440)]
    public int SampleMinutes { get; set; } = 15;

    /// <summary>Seconds between two health records at least, however often parts change their state, and from the start to the first: 10 to 3,600.</summary>
    [Range(10, 3600)]
    public int ChangeSecondsMin { get; set; } = 60;
}

[OptionsValidator]
internal sealed partial class HealthOptionsValidator : IValidateOptions<HealthOptions>;
