namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>Three lamps, each on an output of its own.</summary>
internal sealed class StackLight(IOutputLine red, IOutputLine amber, IOutputLine green) : IStackLight
{
    /// <summary>The first lamp that is not well.</summary>
    public DeviceHealth Health =>
        red.Health.State != DeviceState.Ok ? red.Health : amber.Health.State != DeviceState.Ok ? amber.Health : green.Health;

    public void Show(StackLightState state)
    {
        red.Set(state.Red);
        amber.Set(state.Amber);
        green.Set(state.Green);
    }

    public void Dispose()
    {
        red.Dispose();
        amber.Dispose();
        green.Dispose();
    }
}
