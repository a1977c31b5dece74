namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>What went wrong between the document and the text.</summary>
public enum ScanProblem
{
    /// <summary>The text has the shape of a whole machine readable zone. What it says is another matter.</summary>
    None,

    /// <summary>
    /// Lines are missing, short or long: the document was lifted too soon, or it is no travel document.
    /// </summary>
    Partial,

    /// <summary>
    /// Bytes came that no reader sends for a character; wrong baud rate or parity is the usual cause.
    /// </summary>
    Garbled,

    /// <summary>More came than any document holds; the rest was dropped.</summary>
    Overflow,
}
