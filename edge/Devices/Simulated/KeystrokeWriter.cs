using EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>The events of an input device that types a text: the other half of the wedge reader, for tests.</summary>
public static class KeystrokeWriter
{
    private const ushort Miscellaneous = 0x04;
    private const ushort ScanCode = 0x04;

    /// <summary>Events for a text of characters the layout has; CR is Enter.</summary>
    /// <param name="isShiftHeld">Holds Shift over neighbouring characters instead of pressing it for each.</param>
    /// <exception cref="ArgumentException">The layout has no key for a character.</exception>
    public static byte[] Compose(string text, WedgeLayout layout, bool isShiftHeld = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var map = KeyMap.Of(layout);
        var bytes = new List<byte>();
        var isShifted = false;
        foreach (var character in text)
        {
            var (key, needsShift) = Find(map, character);
            if (needsShift != isShifted || (needsShift && !isShiftHeld))
                Press(bytes, InputCodes.LeftShift, isShifted = needsShift);
            Press(bytes, key, true);
            Press(bytes, key, false);
            if (isShifted && !isShiftHeld)
                Press(bytes, InputCodes.LeftShift, isShifted = false);
        }

        if (isShifted)
            Press(bytes, InputCodes.LeftShift, false);
        return [.. bytes];
    }

    private static (ushort Key, bool NeedsShift) Find(KeyMap map, char character)
    {
        if (character == '\r')
            return (InputCodes.Enter, false);
        // The keypad comes last, so that digits are typed as most readers do.
        for (ushort key = 1; key <= InputCodes.RightAlt; key++)
        {
            foreach (var isShifted in (ReadOnlySpan<bool>)[false, true])
            {
                if (map.TryGet(key, isShifted, hasAltGr: false, hasCapsLock: false, out var typed) && typed == character)
                    return (key, isShifted);
            }
        }

        throw new ArgumentException("The layout has no key for a character of the text.", nameof(character));
    }

    /// <summary>A key as drivers report it: scan code, key, end of report.</summary>
    private static void Press(List<byte> bytes, ushort key, bool isDown)
    {
        Add(bytes, new InputEvent(Miscellaneous, ScanCode, key));
        Add(bytes, new InputEvent(InputCodes.Key, key, isDown ? InputCodes.Pressed : InputCodes.Released));
        Add(bytes, new InputEvent(InputCodes.Synchronise, InputCodes.Report, 0));
    }

    private static void Add(List<byte> bytes, InputEvent input)
    {
        Span<byte> one = stackalloc byte[InputEvent.Bytes];
        input.Write(one);
        bytes.AddRange(one);
    }
}
