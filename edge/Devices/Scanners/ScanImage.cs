namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Light or origin of an image.</summary>
public enum ScanImageKind
{
    Unknown,
    Visible,
    Infrared,
    Ultraviolet,

    /// <summary>The holder's portrait cut from the page.</summary>
    Portrait,
}

/// <summary>One image of a page. A class, so that two images are never compared byte by byte by accident.</summary>
/// <param name="kind">Light or origin.</param>
/// <param name="mediaType">RFC 6838 media type, as in image/jpeg.</param>
/// <param name="bytes">The encoded image.</param>
public sealed class ScanImage(ScanImageKind kind, string mediaType, ReadOnlyMemory<byte> bytes)
{
    public ScanImageKind Kind { get; } = kind;

    public string MediaType { get; } = mediaType;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;
}
