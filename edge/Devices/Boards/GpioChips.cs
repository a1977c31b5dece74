using System.Device.Gpio;
using System.Device.Gpio.Drivers;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>
/// Makes a controller for a chip found by its label. Never through the parameterless controller: that takes chip 0 and
/// falls back to sysfs, which leaves lines busy after a crash.
/// </summary>
internal static class GpioChips
{
    /// <exception cref="BoardUnavailableException">libgpiod is missing, or no chip bears the label.</exception>
    public static GpioController Open(GpioDriverKind driver, string label)
    {
        try
        {
            var chip = Find(Available(driver), label);
            return new GpioController(Driver(driver, chip));
        }
        catch (Exception exception) when (IsLibraryMissing(exception))
        {
            var package = driver == GpioDriverKind.LibGpiod1 ? "libgpiod2" : "libgpiod3";
            throw new BoardUnavailableException(
                $"Board:Driver is {driver}, but its library is missing: install the package {package}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or GpiodException)
        {
            throw new BoardUnavailableException(
                $"GPIO chip {label} cannot be opened; is the service's user in the group gpio?", exception);
        }
    }

    internal static GpioChipInfo Find(IList<GpioChipInfo> chips, string label)
    {
        foreach (var chip in chips)
        {
            if (string.Equals(chip.Label, label, StringComparison.Ordinal))
                return chip;
        }

        var present = chips.Count == 0 ? "none" : string.Join(", ", chips.Select(chip => chip.Label));
        throw new BoardUnavailableException($"No GPIO chip is labelled {label}; present: {present}.");
    }

#pragma warning disable SDGPIO0001 // The v2 driver is marked experimental; Debian 13 ships no other libgpiod.
    private static IList<GpioChipInfo> Available(GpioDriverKind driver) => driver == GpioDriverKind.LibGpiod1
        ? LibGpiodDriver.GetAvailableChips()
        : LibGpiodV2Driver.GetAvailableChips();

    private static GpioDriver Driver(GpioDriverKind driver, GpioChipInfo chip) => driver == GpioDriverKind.LibGpiod1
        ? new LibGpiodDriver(chip.Id)
        : new LibGpiodV2Driver(chip.Id);
#pragma warning restore SDGPIO0001

    /// <summary>The drivers wrap the loader's exception in their own or in that of a static constructor.</summary>
    private static bool IsLibraryMissing(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException!)
        {
            if (inner is DllNotFoundException or PlatformNotSupportedException)
                return true;
        }

        return false;
    }
}
