namespace EdgeCheckpoint.Devices.Supervision;

/// <summary>A device that cannot be used as it is configured. The message is a sentence that names the remedy.</summary>
public sealed class DeviceUnavailableException : IOException
{
    public DeviceUnavailableException()
    {
    }

    public DeviceUnavailableException(string message)
        : base(message)
    {
    }

    public DeviceUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
