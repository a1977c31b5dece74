namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>A reader that is there and cannot be used. The message is a sentence that names the remedy.</summary>
internal sealed class ReaderUnavailableException(string message) : IOException(message);
