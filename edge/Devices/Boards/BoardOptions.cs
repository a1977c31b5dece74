using System.ComponentModel.DataAnnotations;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>Which board carries the contacts and lamps.</summary>
public enum BoardKind
{
    /// <summary>Files in <see cref="BoardOptions.SimulatedDirectory"/>.</summary>
    Simulated,

    /// <summary>Lines of a GPIO chip.</summary>
    Gpio,
}

/// <summary>Which libgpiod the driver calls; neither comes with the program.</summary>
public enum GpioDriverKind
{
    /// <summary>libgpiod.so.2, Debian package libgpiod2.</summary>
    LibGpiod1,

    /// <summary>libgpiod.so.3, Debian package libgpiod3.</summary>
    LibGpiod2,
}

/// <summary>Contacts and lamps of this appliance.</summary>
public sealed class BoardOptions : IValidatableObject
{
    public const string Section = "Board";

    /// <summary>Simulated or gpio.</summary>
    public BoardKind Kind { get; set; } = BoardKind.Simulated;

    /// <summary>
    /// Label of the GPIO chip, as gpioinfo prints it; numbers of chips change with kernels and boards.
    /// </summary>
    [Required]
    public string ChipLabel { get; set; } = "pinctrl-rp1";

    /// <summary>Which libgpiod is installed.</summary>
    public GpioDriverKind Driver { get; set; } = GpioDriverKind.LibGpiod2;

    /// <summary>Line of the tamper loop, an offset on the chip.</summary>
    [Range(0, 511)]
    public int TamperLine { get; set; } = 17;

    /// <summary>Line of the red lamp.</summary>
    [Range(0, 511)]
    public int RedLine { get; set; } = 22;

    /// <summary>Line of the amber lamp.</summary>
    [Range(0, 511)]
    public int AmberLine { get; set; } = 23;

    /// <summary>Line of the green lamp.</summary>
    [Range(0, 511)]
    public int GreenLine { get; set; } = 24;

    /// <summary>Directory of the simulated board's files.</summary>
    [Required]
    public string SimulatedDirectory { get; set; } = "/run/edge-checkpoint/board";

    /// <summary>Each line serves one purpose; the library hands out a line twice without complaint.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        int[] lines = [TamperLine, RedLine, AmberLine, GreenLine];
        if (Kind == BoardKind.Gpio && lines.Distinct().Count() != lines.Length)
            yield return new ValidationResult("Board: tamper, red, amber and green must be four different lines.");
    }
}
