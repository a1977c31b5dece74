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

    /// <summary>Calls an appliance may make each second, over time. A download is one call for each 64 KiB.</summary>
    [Range(1, 10_000)]
    public int CallsPerSecond { get; set; } = 50;

    /// <summary>Calls an appliance may make at once after it was quiet.</summary>
    [Range(10, 100_000)]
    public int CallsAtOnce { get; set; } = 500;

    /// <summary>Applications with a ticket that are taken from one address each minute. A waiting appliance makes twelve.</summary>
    [Range(1, 100_000)]
    public int JoinsPerMinute { get; set; } = 300;

    /// <summary>Applications that are taken from one address at once after it was quiet.</summary>
    [Range(1, 100_000)]
    public int JoinsAtOnce { get; set; } = 100;

    /// <summary>Doorbells an appliance may hold open: the present one, and one whose connection is dead without anybody knowing.</summary>
    [Range(1, 16)]
    public int DoorbellsMax { get; set; } = 2;
}

[OptionsValidator]
internal sealed partial class AppliancesOptionsValidator : IValidateOptions<AppliancesOptions>;

/// <summary>What single ranges cannot say: limits that contradict each other.</summary>
internal sealed class AppliancesOptionsRelations : IValidateOptions<AppliancesOptions>
{
    public ValidateOptionsResult Validate(string? name, AppliancesOptions options) =>
        options.CallsAtOnce < options.CallsPerSecond ? ValidateOptionsResult.Fail("Appliances:CallsAtOnce is less than Appliances:CallsPerSecond.")
        : options.JoinsPerMinute < 60 / options.JoinRetrySeconds ? ValidateOptionsResult.Fail("Appliances:JoinsPerMinute is too little for one appliance that waits (Appliances:JoinRetrySeconds).")
        : ValidateOptionsResult.Success;
}
