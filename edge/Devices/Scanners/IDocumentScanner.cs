namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Port of every document reader: serial line, keyboard wedge, full-page reader, watched folder, simulation.
/// </summary>
/// <remarks>
/// The enumeration owns the device: it opens it, reopens it after it was pulled out, and closes it when it ends. It
/// ends only by cancellation and then without an exception; trouble with the device shows in <see cref="Health"/>,
/// trouble with one scan in <see cref="DocumentScan.Problem"/>. One enumeration at a time.
/// </remarks>
public interface IDocumentScanner
{
    /// <summary>Name for screens and logs, as "Reader at /dev/edge-reader".</summary>
    string Name { get; }

    /// <summary>Present health; may be read at any time from any thread.</summary>
    DeviceHealth Health { get; }

    /// <summary>Scans in the order in which they arrived.</summary>
    /// <exception cref="InvalidOperationException">Another enumeration is running.</exception>
    IAsyncEnumerable<DocumentScan> ReadAllAsync(CancellationToken cancellationToken);
}
