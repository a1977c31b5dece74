namespace EdgeCheckpoint.Worker.Health;

/// <summary>Holds that the enclosure has been opened, however shortly, until the service is started anew.</summary>
internal sealed class TamperLatch
{
    private volatile bool _isOpen;

    internal bool IsOpen => _isOpen;

    /// <summary>Raised when the latch closes over an opening.</summary>
    internal event Action? Tripped;

    internal void Trip()
    {
        _isOpen = true;
        Tripped?.Invoke();
    }
}
