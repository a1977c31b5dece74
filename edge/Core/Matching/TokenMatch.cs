namespace EdgeCheckpoint.Matching;

/// <summary>Which rule paired two tokens.</summary>
public enum TokenRule : byte
{
    None,
    Equal,

    /// <summary>The traveller's token is the beginning of the listed one, in a name field that is full.</summary>
    CutOff,
    Initial,
    OneLetter,
    TwoLetters,
    SameSound,

    /// <summary>Only letters that are mistaken for each other differ.</summary>
    Confusable,

    /// <summary>Spellings of one name that the table knows.</summary>
    Variant,

    /// <summary>A short form, or the form of another language.</summary>
    Nickname,

    /// <summary>Written together on one side and apart on the other, or with a particle glued on.</summary>
    Joined,
}

/// <summary>How like two tokens are.</summary>
/// <param name="Similarity">0, or <see cref="TokenSimilarity.Floor"/> to 1.</param>
/// <param name="Rule">None when the similarity is 0.</param>
public readonly record struct TokenMatch(float Similarity, TokenRule Rule);

/// <summary>Words for officers.</summary>
public static class TokenRules
{
    public static string Words(this TokenRule rule) => rule switch
    {
        TokenRule.Equal => "equal",
        TokenRule.CutOff => "cut off in the document",
        TokenRule.Initial => "initial",
        TokenRule.OneLetter => "one letter differs",
        TokenRule.TwoLetters => "two letters differ",
        TokenRule.SameSound => "same sound",
        TokenRule.Confusable => "letters easily mistaken",
        TokenRule.Variant => "spelling of the same name",
        TokenRule.Nickname => "short or foreign form",
        TokenRule.Joined => "written together",
        _ => "",
    };
}
