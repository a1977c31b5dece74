namespace EdgeCheckpoint.Documents.Transliteration;

/// <summary>Which of the recommendations for a Latin letter is followed (Doc 9303-3 §6 A).</summary>
public enum LatinForm
{
    /// <summary>The first recommendation: AE, AA, N, OE, UE.</summary>
    Recommended,

    /// <summary>The base letter: A, A, N, O, U.</summary>
    Plain,

    /// <summary>
    /// The form that can be turned back, NXX and UXX; letters without one keep the first recommendation.
    /// </summary>
    Escaped,
}
