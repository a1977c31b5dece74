namespace EdgeCheckpoint.Central.Storage;

/// <summary>
/// Whether the call at work brings alerts. The store asks it wherever it hands out what is scarce: on its way an alert asks for its caller, its key and its
/// lane, and handing a flag through each of them would only be forgotten in one. The two questions on which alerts depend go the same way: whether this node
/// is well, and what is new at others.
/// </summary>
internal static class AlertCall
{
    private static readonly AsyncLocal<bool> Current = new();

    /// <summary>Ends by itself with the asynchronous method that sets it.</summary>
    public static bool IsCurrent
    {
        get => Current.Value;
        set => Current.Value = value;
    }
}
