using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>How central deals with its appliances.</summary>
internal sealed class AppliancesOptions
{
    public const string Section = "Appliances";

    /// <summary>How often the store is asked for news, in milliseconds. Bounds how late a doorbell rings.</summary>
    [Range(50, 1000)]
    public int PollMilliseconds { get; set; } = 500;

    /// <summary>Interval of doorbell ticks when the appliance does not ask for one, in seconds.</summary>
    [Range(5, 300)]
    public int TickSeconds { get; set; } = 30;

    /// <summary>How long an unapproved appliance waits before it asks again, in seconds.</summary>
    [Range(1, 600)]
    public int JoinRetrySeconds { get; set; } = 5;

    /// <summary>Silence after which a post is shown as overdue, in minutes.</summary>
    [Range(1, 10_080)]
    public int OverdueMinutes { get; set; } = 15;
}

[OptionsValidator]
internal sealed partial class AppliancesOptionsValidator : IValidateOptions<AppliancesOptions>;
