using System.ComponentModel.DataAnnotations;
using System.IO.Ports;
using EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>How a reader is connected.</summary>
public enum ScannerKind
{
    /// <summary>Serial line or USB serial port.</summary>
    Serial,

    /// <summary>A reader that types: an input device below /dev/input/by-id.</summary>
    KeyboardWedge,

    /// <summary>There is no reader; documents are typed in.</summary>
    None,
}

/// <summary>The document reader at this counter.</summary>
public sealed class ScannerOptions : IValidatableObject
{
    public const string Section = "Scanner";

    /// <summary>How the reader is connected.</summary>
    public ScannerKind Kind { get; set; } = ScannerKind.Serial;

    /// <summary>Device path of a serial reader, best a link below /dev/serial/by-id; empty when no reader is fitted.</summary>
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

    /// <summary>
    /// The only input devices that are read, by their names below /dev/input/by-id; the first one that is plugged in.
    /// </summary>
    public IList<string> WedgeIds { get; set; } = [];

    /// <summary>The keyboard layout the wedge was set to type for; not that of this machine.</summary>
    public WedgeLayout WedgeLayout { get; set; } = WedgeLayout.Us;

    /// <summary>Name of the reader's profile; "edge-checkpoint reader profiles" lists them.</summary>
    [Required]
    public string Profile { get; set; } = "generic";

    /// <summary>Text before each transmission, as in "MRZ:" or "\x1d"; null leaves it to the profile, as below.</summary>
    public string? Prefix { get; set; }

    /// <summary>Text after each transmission, as in "~".</summary>
    public string? Suffix { get; set; }

    /// <summary>Whether ] with a letter and a digit is taken away at the beginning of a line.</summary>
    public bool? AimId { get; set; }

    /// <summary>Characters the reader puts where it recognised nothing.</summary>
    public string? UnknownMarks { get; set; }

    /// <summary>Characters that stand for filler.</summary>
    public string? Padding { get; set; }

    /// <summary>The byte between STX and the text.</summary>
    public FlagByte? FlagByte { get; set; }

    /// <summary>Bytes that the length in a heading counts.</summary>
    public BlockRange? LengthCovers { get; set; }

    /// <summary>Bytes that the block check covers.</summary>
    public BlockRange? BlockCheckCovers { get; set; }

    /// <summary>
    /// Silence in milliseconds that ends a message without terminator. Long enough for the pause some readers make
    /// between characters, short enough to fit the budget from scan to verdict.
    /// </summary>
    [Range(20, 5_000)]
    public int? IdleMilliseconds { get; set; }

    /// <summary>Silence in milliseconds that ends a message of whole rows of which one is missing.</summary>
    [Range(0, 10_000)]
    public int? LineGapMilliseconds { get; set; }

    /// <summary>The profile, with what is set here in place of what it says.</summary>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public ReaderProfile ToProfile() =>
        ScannerOptionRules.TryMakeProfile(this, out var profile, out var problems)
            ? profile
            : throw new ArgumentException(string.Join(" ", problems));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        _ = ScannerOptionRules.TryMakeProfile(this, out _, out var problems);
        return [.. problems.Concat(ScannerOptionRules.WedgeProblems(this)).Select(static problem => new ValidationResult(problem))];
    }
}
