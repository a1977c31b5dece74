using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.People;

/// <summary>How long and how often somebody may be signed in.</summary>
internal sealed class StaffSessionOptions
{
    public const string Section = "Sessions";

    /// <summary>A session that nobody uses ends after this, in minutes. Pages that refresh themselves do not count as use.</summary>
    [Range(1, 240)]
    public int IdleMinutes { get; set; } = 30;

    /// <summary>Every session ends after this, in hours: a shift.</summary>
    [Range(1, 12)]
    public int HoursMax { get; set; } = 8;

    /// <summary>Sessions an account may have at once; one more ends the oldest.</summary>
    [Range(1, 10)]
    public int CountMax { get; set; } = 3;

    /// <summary>Failed sign-ins from one address in five minutes, after which it waits.</summary>
    [Range(5, 1000)]
    public int FailuresPerAddressMax { get; set; } = 30;
}

[OptionsValidator]
internal sealed partial class StaffSessionOptionsValidator : IValidateOptions<StaffSessionOptions>;
