namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Outcome of a check made inside a reader.</summary>
public enum VendorVerdict
{
    NotDone,
    Passed,
    Failed,
}

/// <summary>A check made inside a reader, as B900 ink or a UV pattern.</summary>
/// <param name="Code">The vendor's code, unchanged.</param>
/// <param name="Verdict">Its outcome.</param>
public sealed record VendorCheck(string Code, VendorVerdict Verdict);
