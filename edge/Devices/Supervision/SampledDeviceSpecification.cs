namespace EdgeCheckpoint.Devices.Supervision;

/// <summary>How one kind of chip is opened and asked.</summary>
internal sealed record SampledDeviceSpecification<TDriver, TReading>
    where TReading : struct
{
    /// <summary>Name for screens and logs.</summary>
    public required string Name { get; init; }

    /// <summary>From one sample to the next.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Makes the driver; does not talk to the chip.</summary>
    public required Func<TDriver> Open { get; init; }

    /// <summary>Sets the chip up and sees that it is the right one.</summary>
    /// <exception cref="DeviceUnavailableException">Another chip answers; the message names the setting.</exception>
    public required Func<TDriver, CancellationToken, ValueTask> IdentifyAsync { get; init; }

    /// <summary>One measurement; null when the answer was wrong.</summary>
    public required Func<TDriver, CancellationToken, ValueTask<TReading?>> SampleAsync { get; init; }

    /// <summary>Empty for a reading that can be; else a sentence about one that cannot.</summary>
    public required Func<TReading, string> Doubt { get; init; }
}
