namespace EdgeCheckpoint.Documents;

/// <summary>Digits and capitals that optical readers take for each other, in the print of documents.</summary>
internal static class LookAlikes
{
    /// <summary>Neighbours are a pair: a digit, and the letter it is taken for.</summary>
    private const string Pairs = "0O1I2Z5S6G8B";

    /// <summary>The other one of a pair; '\0' when there is none.</summary>
    public static char Partner(char character)
    {
        var at = Pairs.IndexOf(character);
        return at < 0 ? '\0' : Pairs[at ^ 1];
    }
}
