namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>Turns the events of a typing reader into the bytes it would send on a serial line.</summary>
/// <remarks>
/// Letters come out as the layout says, upper or lower case alike; Enter, keypad Enter and Tab are ends of lines. Ctrl with a
/// letter is the control character (readers send STX so), Alt with digits of the keypad is the character of that number
/// (readers set to "universal" send everything so). A key with a character no document has, and lost events, give
/// <see cref="Unreadable"/>: they are the sign of a wrong layout, and must not vanish.
/// </remarks>
internal sealed class KeyDecoder(KeyMap map)
{
    /// <summary>A byte that stands for no character of a document, so that the scan is garbled.</summary>
    public const byte Unreadable = 0xFF;

    private const byte Return = 0x0D;
    private const byte Tab = 0x09;

    private bool _leftShift;
    private bool _rightShift;
    private bool _leftControl;
    private bool _rightControl;
    private bool _altGr;
    private bool _alt;
    private bool _capsLock;
    private bool _isLost;
    private int _number;
    private bool _hasNumber;

    /// <summary>Takes one event.</summary>
    /// <returns>True when it gives a byte.</returns>
    public bool TryDecode(InputEvent input, out byte value)
    {
        value = 0;
        switch (input.Type)
        {
            case InputCodes.Synchronise when input.Code == InputCodes.Dropped:
                // The kernel's queue ran over: what follows up to the next report is a rest of it, and keys may have
                // been let go unseen (Linux, Documentation/input/event-codes.rst).
                Forget();
                _isLost = true;
                value = Unreadable;
                return true;
            case InputCodes.Synchronise when input.Code == InputCodes.Report:
                _isLost = false;
                return false;
            case InputCodes.Led when input.Code == InputCodes.CapsLockLed:
                _capsLock = input.Value != 0;
                return false;
            case InputCodes.Key when !_isLost:
                return TryDecodeKey(input.Code, input.Value, out value);
            default:
                return false;
        }
    }

    private bool TryDecodeKey(ushort key, int state, out byte value)
    {
        value = 0;
        var isDown = state != InputCodes.Released;
        switch (key)
        {
            case InputCodes.LeftShift: _leftShift = isDown; return false;
            case InputCodes.RightShift: _rightShift = isDown; return false;
            case InputCodes.LeftControl: _leftControl = isDown; return false;
            case InputCodes.RightControl: _rightControl = isDown; return false;
            case InputCodes.RightAlt: _altGr = isDown; return false;
            case InputCodes.LeftAlt: return TryEndNumber(isDown, out value);
        }

        // Repetitions are the kernel's, not the reader's.
        if (state != InputCodes.Pressed)
            return false;
        switch (key)
        {
            case InputCodes.CapsLock:
                _capsLock = !_capsLock;
                return false;
            case InputCodes.Enter or InputCodes.KeypadEnter:
                value = Return;
                return true;
            case InputCodes.Tab:
                value = Tab;
                return true;
            default:
                return _alt ? TakeNumber(key) : TryType(key, out value);
        }
    }

    private bool TryType(ushort key, out byte value)
    {
        value = 0;
        if (!map.TryGet(key, _leftShift || _rightShift, _altGr, _capsLock, out var character))
            return false;
        if (!_leftControl && !_rightControl)
        {
            value = char.IsAscii(character) ? (byte)character : Unreadable;
            return true;
        }

        // @ A to Z [ \ ] ^ _ with Ctrl are the control characters 0 to 31.
        var upper = char.ToUpperInvariant(character);
        value = upper is >= '@' and <= '_' ? (byte)(upper - '@') : Unreadable;
        return value != 0;
    }

    private bool TakeNumber(ushort key)
    {
        if (KeyMap.TryGetKeypadDigit(key, out var digit))
            (_number, _hasNumber) = ((_number * 10 + digit) % 1000, true);
        return false;
    }

    private bool TryEndNumber(bool isDown, out byte value)
    {
        var isEnded = _alt && !isDown && _hasNumber;
        value = _number is > 0 and < 0xFF ? (byte)_number : Unreadable;
        if (!isDown || !_alt)
            (_number, _hasNumber) = (0, false);
        _alt = isDown;
        return isEnded;
    }

    private void Forget()
    {
        (_leftShift, _rightShift, _leftControl, _rightControl, _altGr, _alt) = (false, false, false, false, false, false);
        (_number, _hasNumber) = (0, false);
    }
}
