namespace EdgeCheckpoint.Matching;

/// <summary>
/// The names a search looks at: those of entries without one birth year, which stand first, and those of entries born in a
/// range of years, which stand together.
/// </summary>
/// <param name="WithoutYear">Names of entries without one birth year.</param>
/// <param name="From">First name of the years, not below <paramref name="WithoutYear"/>.</param>
/// <param name="To">End of them.</param>
internal readonly record struct NameWindow(int WithoutYear, int From, int To)
{
    private const int NamesPerWord = 64;

    internal bool Contains(int name) => name < WithoutYear || (name >= From && name < To);

    /// <summary>The same window in sets of a bit a name: two ranges of words that do not overlap.</summary>
    internal (Range First, Range Second) Words
    {
        get
        {
            var end = (WithoutYear + NamesPerWord - 1) / NamesPerWord;
            var from = Math.Max(end, From / NamesPerWord);
            return (..end, from..Math.Max(from, (To + NamesPerWord - 1) / NamesPerWord));
        }
    }
}
