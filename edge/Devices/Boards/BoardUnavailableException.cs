namespace EdgeCheckpoint.Devices.Boards;

/// <summary>
/// The GPIO of the board cannot be had; the message tells a technician what to install or to configure.
/// </summary>
public sealed class BoardUnavailableException : Exception
{
    public BoardUnavailableException()
    {
    }

    public BoardUnavailableException(string message)
        : base(message)
    {
    }

    public BoardUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
