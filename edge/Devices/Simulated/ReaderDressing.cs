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

    /// <summary>All lines joined, nothing after them.</summary>
    JoinedBare,

    /// <summary>
    /// SOH, length, OU, STX, flag, always three lines, ETX, block check. Filler is padded by underscores where lines are
    /// short; length and check count from the length word, which is an assumption.
    /// </summary>
    ThreeM,

    /// <summary>Delimiters of the host system round STX, lines each ended by CR, ETX.</summary>
    Desko,

    /// <summary>Each line a transmission of its own with an AIM identifier before and CR LF behind it.</summary>
    Rows,

    /// <summary>All lines joined between the prefix "MRZ:" and the suffix "~".</summary>
    PrefixSuffix,
}
