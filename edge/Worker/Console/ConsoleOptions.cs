using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>Options of the officer's page.</summary>
public sealed class ConsoleOptions
{
    public const string Section = "Console";

    /// <summary>Port on loopback, 0 to 65,535; 0 takes a free one. The page is never served to another machine.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 7470;
}

[OptionsValidator]
internal sealed partial class ConsoleOptionsValidator : IValidateOptions<ConsoleOptions>;
