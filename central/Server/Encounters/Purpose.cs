namespace EdgeCheckpoint.Central.Encounters;

/// <summary>Why somebody looks at an encounter: a closed list (DESIGN §9).</summary>
/// <param name="Code">What is stored and typed.</param>
/// <param name="Text">For people.</param>
public sealed record Purpose(string Code, string Text)
{
    public const int CaseReferenceLengthMax = 64;

    public static IReadOnlyList<Purpose> All { get; } =
    [
        new("hit-resolution", "Resolving a hit with the owner of the entry"),
        new("redress", "Answering a traveller's request or complaint"),
        new("investigation", "Investigation ordered by an authority"),
        new("supervision", "Supervision of a decision at a post"),
        new("data-protection", "Data protection inspection"),
    ];

    public static bool IsKnown(string code) => All.Any(purpose => purpose.Code == code);
}
