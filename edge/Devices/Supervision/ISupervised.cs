namespace EdgeCheckpoint.Devices.Supervision;

/// <summary>A device with a loop of its own. The Worker runs it; nothing here starts what outlives that.</summary>
public interface ISupervised
{
    /// <summary>Opens the device, uses it, and opens it again when it failed, with growing waits. Ends only by cancellation, without an exception.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
