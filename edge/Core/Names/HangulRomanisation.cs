using System.Text;

namespace EdgeCheckpoint.Names;

/// <summary>
/// Writes Korean syllables in Latin letters: as the South does by its Revised Romanisation, and as the North and the lists
/// that name its people do, without the marks of McCune and Reischauer.
/// </summary>
internal static class HangulRomanisation
{
    private const char First = '\uAC00';
    private const char Last = '\uD7A3';
    private const int Medials = 21;
    private const int Finals = 28;

    private static readonly string[] NorthInitial = "K KK N T TT R M P PP S SS - J JJ CH K T P H".Split(' ');
    private static readonly string[] SouthInitial = "G KK N D TT R M B PP S SS - J JJ CH K T P H".Split(' ');
    private static readonly string[] NorthMedial = "A AE YA YAE O E YO YE O WA WAE OE YO U WO WE WI YU U UI I".Split(' ');
    private static readonly string[] SouthMedial = "A AE YA YAE EO E YEO YE O WA WAE OE YO U WO WE WI YU EU UI I".Split(' ');
    private static readonly string[] Final = "- K K K N N N T L K M L L L P L M P P T T NG T T K T P T".Split(' ');

    internal static bool IsHangul(char character) => character is >= First and <= Last;

    /// <summary>One word a syllable, since both ways of writing part given names so; other characters stay.</summary>
    internal static string Apply(string text, bool isSouth)
    {
        var latin = new StringBuilder(text.Length * 4);
        foreach (var character in text)
        {
            if (!IsHangul(character))
            {
                latin.Append(character);
                continue;
            }

            var code = character - First;
            Append(latin, (isSouth ? SouthInitial : NorthInitial)[code / (Medials * Finals)]);
            Append(latin, (isSouth ? SouthMedial : NorthMedial)[code / Finals % Medials]);
            Append(latin, Final[code % Finals]);
            latin.Append(' ');
        }

        return latin.ToString();
    }

    private static void Append(StringBuilder latin, string letters)
    {
        if (letters != "-")
            latin.Append(letters);
    }
}
