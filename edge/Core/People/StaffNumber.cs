namespace EdgeCheckpoint.People;

/// <summary>Staff numbers: letters, digits, point and hyphen, 2 to 32 characters, in capitals.</summary>
public static class StaffNumber
{
    private const int LengthMax = 32;

    /// <summary>Brings a typed staff number into its one form; false when it is none.</summary>
    public static bool TryNormalise(string? text, out string staffNumber)
    {
        staffNumber = (text ?? "").Trim().ToUpperInvariant();
        return staffNumber.Length is >= 2 and <= LengthMax
            && staffNumber.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-');
    }
}
