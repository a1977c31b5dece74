namespace EdgeCheckpoint.Watchlists;

/// <summary>Type class of a document as far as lists and the MRZ agree on it. Values are part of the key and never change.</summary>
public enum DocumentClass : byte
{
    /// <summary>The list does not say; a search under any class finds such rows too.</summary>
    Unstated = 0,
    Passport = 1,

    /// <summary>Identity cards, residence permits and other official cards: the MRZ does not tell them apart.</summary>
    Card = 2,
    Visa = 3,
    Other = 4,
}

/// <summary>Reads the class off the document code of the MRZ.</summary>
public static class DocumentClasses
{
    /// <summary>P is a passport, V a visa, A, C and I are cards (Doc 9303-4 §4, 9303-5 §4, 9303-7 §4).</summary>
    /// <param name="documentCode">With or without filler; an empty one is <see cref="DocumentClass.Unstated"/>.</param>
    public static DocumentClass FromDocumentCode(ReadOnlySpan<char> documentCode) =>
        documentCode.IsEmpty
            ? DocumentClass.Unstated
            : documentCode[0] switch
            {
                'P' => DocumentClass.Passport,
                'V' => DocumentClass.Visa,
                'A' or 'C' or 'I' => DocumentClass.Card,
                '<' => DocumentClass.Unstated,
                _ => DocumentClass.Other,
            };
}
