namespace EdgeCheckpoint.Devices;

/// <summary>State of a device, and since when.</summary>
/// <param name="State">How it does.</param>
/// <param name="Detail">English sentence for the technician, empty when all is well; never personal data.</param>
/// <param name="Since">Wall clock at which the state began. For people; not for measuring.</param>
public sealed record DeviceHealth(DeviceState State, string Detail, DateTimeOffset Since);
