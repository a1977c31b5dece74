namespace EdgeCheckpoint.Worker.People;

/// <summary>
/// Who stands at the counter, as stated by that person. This first form records the statement and proves nothing;
/// issue D replaces it by accounts that central signs. Every record carries this actor.
/// </summary>
internal sealed class CounterSession
{
    private const int StaffNumberLengthMax = 32;

    private volatile string? _staffNumber;

    /// <summary>Staff number of the officer; null before the first sign-on after a start.</summary>
    internal string? StaffNumber => _staffNumber;

    /// <summary>Takes a staff number: letters, digits, point and hyphen, 2 to 32 characters.</summary>
    /// <returns>False when it is none.</returns>
    internal static bool TryNormalise(string? text, out string staffNumber)
    {
        staffNumber = (text ?? "").Trim().ToUpperInvariant();
        return staffNumber.Length is >= 2 and <= StaffNumberLengthMax
            && staffNumber.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-');
    }

    internal void SignOn(string staffNumber) => _staffNumber = staffNumber;

    internal void SignOff() => _staffNumber = null;
}
