using System.Runtime.CompilerServices;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>Stands in for a board that could not be opened: everything failed, nothing closed, nothing lit.</summary>
internal sealed class UnavailableBoard(string reason, TimeProvider time) : IBoard, IContactInput, IStackLight
{
    public IContactInput Tamper => this;

    public IStackLight StackLight => this;

    public string Name => "tamper";

    public DeviceHealth Health { get; } = new(DeviceState.Failed, reason, time.GetUtcNow());

    public ContactLevel Level => ContactLevel.Unknown;

    public async IAsyncEnumerable<ContactChange> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new ContactChange(ContactLevel.Unknown, time.GetUtcNow());
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Show(StackLightState state)
    {
        // No lamp to light; Health says so.
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
