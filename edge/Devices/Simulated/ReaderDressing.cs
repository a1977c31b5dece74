namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>How the simulated reader dresses its lines; see Scanners/README.md for who does it so.</summary>
public enum ReaderDressing
{
    /// <summary>CR after each line.</summary>
    Cr,

    /// <summary>LF after each line.</summary>
    Lf,

    /// <summary>CR LF after each line.</summary>
    CrLf,

    /// <summary>STX, lines each ended by CR, ETX.</summary>
    StxEtx,

    /// <summary>All lines joined, one CR at the end.</summary>
    Joined,

    /// <summary>Lines parted by CR, nothing after the last one.</summary>
    Bare,
}
