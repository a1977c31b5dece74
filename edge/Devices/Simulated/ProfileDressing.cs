namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>How the reader of a profile dresses its lines, so that it can be simulated by the name of its profile.</summary>
public static class ProfileDressing
{
    /// <summary>The dressing of a profile; null when there is no profile of this name.</summary>
    public static ReaderDressing? Of(string profile) => profile switch
    {
        "generic" => ReaderDressing.CrLf,
        "3m-rte6701" => ReaderDressing.ThreeM,
        "desko-cute" => ReaderDressing.Desko,
        "honeywell-ocr" => ReaderDressing.Joined,
        "code-rows" => ReaderDressing.Rows,
        "newland" => ReaderDressing.Lf,
        "opticon" => ReaderDressing.PrefixSuffix,
        "tokenworks" => ReaderDressing.StxEtx,
        _ => null,
    };
}
