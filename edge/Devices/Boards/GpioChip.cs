using System.Device.Gpio;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>
/// One GPIO chip that may come late and go away, as a USB bridge does. Opened when a line is wanted; after a failure not before a wait that
/// grows from one second to a minute, whoever asks.
/// </summary>
internal sealed class GpioChip(string label, Func<GpioController> open, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private GpioController? _controller;
    private TimeSpan _wait = FirstWait;
    private long _failedAt;
    private string _reason = "";
    private bool _isDisposed;

    public string Label => label;

    /// <summary>The open chip.</summary>
    /// <exception cref="BoardUnavailableException">It cannot be had, or could not a moment ago.</exception>
    public GpioController Controller()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_controller is not null)
                return _controller;
            if (_reason.Length > 0 && time.GetElapsedTime(_failedAt) < _wait)
                throw new BoardUnavailableException(_reason);
            try
            {
                _controller = open();
                (_reason, _wait) = ("", FirstWait);
                return _controller;
            }
            catch (BoardUnavailableException exception)
            {
                _wait = _reason.Length == 0 ? FirstWait : TimeSpan.FromTicks(Math.Min(_wait.Ticks * 2, LongestWait.Ticks));
                (_reason, _failedAt) = (exception.Message, time.GetTimestamp());
                throw;
            }
        }
    }

    /// <summary>A line of this chip failed with an error of the system: the chip is closed and opened anew when a line is wanted.</summary>
    /// <param name="controller">The one that failed; another that was opened since stays.</param>
    public void Report(GpioController controller)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(controller, _controller))
                return;
            (_controller, _failedAt, _reason) = (null, time.GetTimestamp(), $"GPIO chip {label} stopped answering; is it still plugged in?");
        }

        DisposeQuietly(controller);
    }

    public void Dispose()
    {
        GpioController? controller;
        lock (_gate)
        {
            _isDisposed = true;
            controller = _controller;
            _controller = null;
        }

        if (controller is not null)
            DisposeQuietly(controller);
    }

    /// <summary>The v1 driver rethrows from Dispose what a callback threw once (measured); nothing can be done about it here.</summary>
    private static void DisposeQuietly(GpioController controller)
    {
        try
        {
            controller.Dispose();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or AggregateException or System.Device.Gpio.Drivers.GpiodException)
        {
            // The chip is gone, or going.
        }
    }
}
