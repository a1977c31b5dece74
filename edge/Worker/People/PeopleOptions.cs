using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.People;

/// <summary>Options of sign-in at the post.</summary>
public sealed class PeopleOptions
{
    public const string Section = "People";

    /// <summary>Minutes without a key, a click or a document after which the screen locks itself, 1 to 120.</summary>
    [Range(1, 120)]
    public int IdleMinutes { get; set; } = 10;

    /// <summary>Hours after which whoever is signed in is signed out, 1 to 24: the end of the longest shift, should somebody forget.</summary>
    [Range(1, 24)]
    public int ShiftHours { get; set; } = 13;

    /// <summary>Hours after which the accounts count as old and the screen says so, 1 to 8,760.</summary>
    [Range(1, 8760)]
    public int AmberHours { get; set; } = 7 * 24;
}

[OptionsValidator]
internal sealed partial class PeopleOptionsValidator : IValidateOptions<PeopleOptions>;
