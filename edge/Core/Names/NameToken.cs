namespace EdgeCheckpoint.Names;

/// <summary>Which part of a name a token stands in.</summary>
public enum NameField : byte
{
    /// <summary>The text does not say.</summary>
    Unknown,

    /// <summary>Primary identifier (Doc 9303-3 §4.6).</summary>
    Surname,

    /// <summary>Secondary identifier.</summary>
    Given,
}

/// <summary>What a token is besides its letters; decides how much it weighs.</summary>
[Flags]
public enum TokenTraits : byte
{
    None = 0,

    /// <summary>BIN, VAN, DE and titles: present or absent at the whim of the writer.</summary>
    Particle = 1,

    /// <summary>ABU or UMM with the name of a child.</summary>
    Kunya = 2,

    /// <summary>A father's name: -OVICH, -OVNA, or what follows BIN.</summary>
    Patronymic = 4,

    /// <summary>One letter.</summary>
    Initial = 8,

    /// <summary>Borne by so many that it says little, such as MUHAMMAD.</summary>
    Common = 16,

    /// <summary>Glued from several written words, such as ABD, AL and RAHMAN.</summary>
    Joined = 32,

    /// <summary>A syllable of East Asian names: a given name has one or two of them, and none is left out.</summary>
    Syllable = 64,
}

/// <summary>One token of a prepared name.</summary>
/// <param name="Text">A to Z and 0 to 9, at least one.</param>
/// <param name="Field">Part of the name.</param>
/// <param name="Traits">What else is known of it.</param>
public readonly record struct NameToken(string Text, NameField Field, TokenTraits Traits);
