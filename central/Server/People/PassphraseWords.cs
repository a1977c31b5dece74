namespace EdgeCheckpoint.Central.People;

/// <summary>
/// Words that make a passphrase easy to guess here: the work, its program, rows of keys. A passphrase that is little else than
/// such words, or one character again and again, is refused.
/// </summary>
internal static class PassphraseWords
{
    /// <summary>What must be left once such words are taken out: as much as a short word.</summary>
    private const int RemainderMin = 6;

    private const int DistinctMin = 4;

    private static readonly string[] Words =
    [
        "edgecheckpoint", "checkpoint", "central", "border", "customs", "officer", "watchlist", "utopia", "administrator", "admin",
        "passphrase", "password", "welcome", "letmein", "qwertyuiopasdfghjkl", "qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm",
        "1234567890", "123456789012", "123456", "12345", "abcdef", "2024", "2025", "2026", "2027",
    ];

    /// <param name="name">Name of the account: nobody's passphrase is made of the own name.</param>
    public static bool IsEasy(string passphrase, string name)
    {
        var rest = passphrase;
        foreach (var word in Words.Concat(name.Split('.', '-', '_').Where(static part => part.Length >= 3)).OrderByDescending(static word => word.Length))
            rest = rest.Replace(word, "", StringComparison.OrdinalIgnoreCase);
        var letters = rest.Where(char.IsLetterOrDigit).ToArray();
        return letters.Length < RemainderMin && rest.Length < passphrase.Length || passphrase.Distinct().Count() < DistinctMin;
    }
}
