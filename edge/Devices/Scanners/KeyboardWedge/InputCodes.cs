namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>Numbers of linux/input-event-codes.h. Keys are named by what a US keyboard has on them.</summary>
internal static class InputCodes
{
    // Types.
    public const ushort Synchronise = 0x00;
    public const ushort Key = 0x01;
    public const ushort Led = 0x11;

    // Kinds of synchronisation.
    public const ushort Report = 0;
    public const ushort Dropped = 3;

    public const ushort CapsLockLed = 1;

    // Values of a key.
    public const int Released = 0;
    public const int Pressed = 1;

    // Keys.
    public const ushort Digit1 = 2;
    public const ushort Digit0 = 11;
    public const ushort Tab = 15;
    public const ushort Q = 16;
    public const ushort Enter = 28;
    public const ushort LeftControl = 29;
    public const ushort A = 30;
    public const ushort LeftShift = 42;
    public const ushort Backslash = 43;
    public const ushort Z = 44;
    public const ushort RightShift = 54;
    public const ushort KeypadAsterisk = 55;
    public const ushort LeftAlt = 56;
    public const ushort Space = 57;
    public const ushort CapsLock = 58;
    public const ushort Keypad7 = 71;
    public const ushort KeypadDot = 83;

    /// <summary>Between left Shift and Z; US keyboards do not have it.</summary>
    public const ushort Key102 = 86;

    public const ushort KeypadEnter = 96;
    public const ushort RightControl = 97;
    public const ushort KeypadSlash = 98;
    public const ushort RightAlt = 100;
}
