using System.Collections.Immutable;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// One laying of a document on the reader: text, and with full-page readers images and the vendor's own checks.
/// Personal data: <see cref="ToString"/> gives lengths only.
/// </summary>
public sealed class DocumentScan
{
    /// <summary>Lines of the MRZ in MRZ letters, marks for unknown characters kept; may be empty.</summary>
    public ImmutableArray<string> Lines { get; init; } = [];

    /// <summary>Why the text may be bad.</summary>
    public ScanProblem Problem { get; init; }

    /// <summary>English sentence for the log, without content; empty when there is no problem.</summary>
    public string ProblemMessage { get; init; } = "";

    /// <summary>Images, in the order the reader gave them.</summary>
    public ImmutableArray<ScanImage> Images { get; init; } = [];

    /// <summary>Checks the reader made by itself. Evidence for the officer; never the only ground of a tile.</summary>
    public ImmutableArray<VendorCheck> VendorChecks { get; init; } = [];

    /// <summary>
    /// <see cref="TimeProvider.GetTimestamp"/> at the arrival of the last byte of the message, not at its recognition:
    /// the start of scan-to-verdict.
    /// </summary>
    public required long LastByteTimestamp { get; init; }

    public override string ToString() => $"{Lines.Length} lines, {Images.Length} images, {Problem}";
}
