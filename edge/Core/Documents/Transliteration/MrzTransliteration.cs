namespace EdgeCheckpoint.Documents.Transliteration;

/// <summary>
/// How names in Latin, Cyrillic or Arabic script become A to Z (Doc 9303-3 §6), and the choices the standard leaves to
/// the issuing State. The default follows the first recommendation everywhere and no national exception.
/// </summary>
public sealed record MrzTransliteration
{
    /// <summary>First recommendations, no national exceptions.</summary>
    public static MrzTransliteration Standard { get; } = new();

    /// <summary>Whose exceptions hold for Cyrillic letters.</summary>
    public CyrillicLanguage Language { get; init; }

    /// <summary>A with diaeresis: AE or A.</summary>
    public LatinForm ADiaeresis { get; init; }

    /// <summary>A with ring: AA or A.</summary>
    public LatinForm ARing { get; init; }

    /// <summary>N with tilde: N or NXX.</summary>
    public LatinForm NTilde { get; init; }

    /// <summary>O with diaeresis: OE or O.</summary>
    public LatinForm ODiaeresis { get; init; }

    /// <summary>U with diaeresis: UE, UXX or U.</summary>
    public LatinForm UDiaeresis { get; init; }

    /// <summary>
    /// True to write the name of God at the end of a component as ALLXH, as the examples of Doc 9303-3 Appendix B
    /// §B.5.9 do; false to go letter by letter, which gives ALLH.
    /// </summary>
    public bool UsesSpecialCaseOfAllah { get; init; } = true;

    /// <summary>
    /// The exceptions that go with an issuing State: BLR, BGR, MKD, SRB and UKR have some, all others none. Latin
    /// choices stay at the first recommendation, since States do not publish theirs in one place.
    /// </summary>
    /// <param name="issuingState">Code of one to three letters; unknown codes give <see cref="Standard"/>.</param>
    public static MrzTransliteration ForIssuingState(string issuingState) => issuingState switch
    {
        "BLR" => Standard with { Language = CyrillicLanguage.Belarusian },
        "BGR" => Standard with { Language = CyrillicLanguage.Bulgarian },
        "MKD" => Standard with { Language = CyrillicLanguage.Macedonian },
        "SRB" => Standard with { Language = CyrillicLanguage.Serbian },
        "UKR" => Standard with { Language = CyrillicLanguage.Ukrainian },
        _ => Standard,
    };

    /// <summary>Writes a name in the characters of the machine readable zone.</summary>
    /// <param name="name">One identifier, in any case and script, composed or with combining marks.</param>
    /// <returns>Components of A to Z with one filler between them, or every character that cannot be written.</returns>
    public Result<string, TransliterationFailure> Apply(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new NameTransliterator(this, name).Run();
    }

    /// <summary>The form asked for, for letters that leave a choice.</summary>
    internal LatinForm FormOf(char letter) => letter switch
    {
        '\u00C4' => ADiaeresis,
        '\u00C5' => ARing,
        '\u00D1' => NTilde,
        '\u00D6' => ODiaeresis,
        '\u00DC' => UDiaeresis,
        _ => LatinForm.Recommended,
    };
}
