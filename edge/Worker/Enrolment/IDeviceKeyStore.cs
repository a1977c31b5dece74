using EdgeCheckpoint.Devices;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// Where the appliance's keys are kept, and the one that follows while the certificate is renewed. Chosen by configuration
/// (<see cref="DeviceKeyOptions"/>): a PKCS#11 or TPM store implements this and hands out keys whose private halves stay inside it.
/// </summary>
internal interface IDeviceKeyStore
{
    /// <summary>True once keys have been made.</summary>
    bool Exists { get; }

    /// <summary>How the keys are protected, for a technician and for central: what a thief of the card gets depends on it.</summary>
    DeviceHealth Protection { get; }

    /// <summary>The keys in use. The caller owns what it is given.</summary>
    /// <exception cref="InvalidDataException">They cannot be had; the message names the remedy.</exception>
    IDeviceKey Load();

    /// <summary>The keys that are there, or fresh ones. A second try at enrolling uses the keys of the first.</summary>
    IDeviceKey LoadOrCreate();

    /// <summary>The storage key in use with the signing key that is to follow; null when none was made.</summary>
    IDeviceKey? FindNext();

    /// <summary>Makes the signing key that is to follow, durably, in place of one that may be there.</summary>
    IDeviceKey CreateNext();

    /// <summary>The key that was to follow is the key in use from now on. Does nothing when there is none.</summary>
    void CommitNext();

    /// <summary>Destroys the key that was to follow. Does nothing when there is none.</summary>
    void DropNext();
}
