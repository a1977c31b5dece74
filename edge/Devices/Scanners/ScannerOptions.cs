using System.ComponentModel.DataAnnotations;
using System.IO.Ports;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>The document reader at this counter.</summary>
public sealed class ScannerOptions
{
    public const string Section = "Scanner";

    /// <summary>Device path, best a link below /dev/serial/by-id; empty when no reader is fitted.</summary>
    public string DevicePath { get; set; } = "";

    /// <summary>Bits per second. USB readers ignore it.</summary>
    [Range(300, 4_000_000)]
    public int BaudRate { get; set; } = 9600;

    /// <summary>Bits per character.</summary>
    [Range(7, 8)]
    public int DataBits { get; set; } = 8;

    /// <summary>Parity bit.</summary>
    public Parity Parity { get; set; } = Parity.None;

    /// <summary>Stop bits; None is refused by the driver.</summary>
    public StopBits StopBits { get; set; } = StopBits.One;

    /// <summary>
    /// Level of DTR; null leaves it alone. Pseudo terminals have no modem lines and refuse either level.
    /// </summary>
    public bool? DtrEnable { get; set; }

    /// <summary>Level of RTS; null leaves it alone.</summary>
    public bool? RtsEnable { get; set; }

    /// <summary>How the reader dresses its messages. "generic" takes every dressing of Scanners/README.md.</summary>
    [Required]
    [RegularExpression("generic", ErrorMessage = "Scanner:Framing knows only \"generic\" so far.")]
    public string Framing { get; set; } = "generic";

    /// <summary>
    /// Silence in milliseconds that ends a message without terminator. Long enough for the pause some readers make
    /// between lines, short enough to fit the budget from scan to verdict.
    /// </summary>
    [Range(20, 5_000)]
    public int IdleMilliseconds { get; set; } = 200;
}
