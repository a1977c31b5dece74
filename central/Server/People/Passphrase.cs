using System.Security.Cryptography;

namespace EdgeCheckpoint.Central.People;

/// <summary>Random passphrases that can be read over a telephone.</summary>
internal static class Passphrase
{
    /// <summary>Without letters and digits that look or sound alike.</summary>
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    private const int Groups = 5;
    private const int GroupLength = 4;

    /// <summary>Five groups of four: 31^20, about 99 bits.</summary>
    public static string Create() =>
        string.Join('-', Enumerable.Range(0, Groups).Select(static _ => RandomNumberGenerator.GetString(Alphabet, GroupLength)));
}
