namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Sees the bytes of a reader as they are framed, for a technician's screen. What it sees is personal data: it must not
/// show a byte before the scan it belongs to has shown that it may.
/// </summary>
public interface IReaderTap
{
    /// <summary>A byte came. Bytes up to a scan are given before the scan is.</summary>
    void Take(byte value);

    /// <summary>Silence; the bytes since the last scan made up no message.</summary>
    void Silence();
}
