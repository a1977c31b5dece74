namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The layout of a watchlist package, little-endian: an envelope of 64 bytes (magic 8, format u32, section count u32,
/// total length i64, SHA-256 of the section table 32, zeros 8), the section table (56 bytes a section: number u32, zeros
/// u32, offset i64, length i64, SHA-256 32), then the sections, each beginning at a multiple of 8.
/// </summary>
/// <remarks>
/// Numbers of sections are never reused. A reader passes over sections it does not know. A change of meaning is a new
/// format number; one package of every past number is kept in tests/vectors and stays readable.
/// </remarks>
internal static class PackageFormat
{
    internal const int Version = 1;
    internal const int EnvelopeLength = 64;
    internal const int TableRowLength = 56;
    internal const int SectionsMax = 64;
    internal const int Alignment = 8;

    /// <summary>A token row: text offset i64, text length i32, postings count u32, first posting i64, weight f32, zeros u32.</summary>
    internal const int TokenRowLength = 32;

    /// <summary>A name row: entry u32, first token u32, token count u16, quality u8, zero u8, zeros u32.</summary>
    internal const int NameRowLength = 16;

    /// <summary>A record row: offset i64, length i64.</summary>
    internal const int RecordRowLength = 16;

    /// <summary>A document row: keyed hash u64, entry u32, zeros u32; sorted by hash, then entry.</summary>
    internal const int DocumentRowLength = 16;

    internal static ReadOnlySpan<byte> Magic => "ECWLIST\0"u8;
}

/// <summary>Sections of a package. Numbers are part of the format.</summary>
internal enum SectionNumber : uint
{
    /// <summary>Canonical <see cref="PackageInfo"/>.</summary>
    Info = 1,

    /// <summary>Canonical entry records, one after another.</summary>
    Records = 2,

    /// <summary>Where each record stands; an entry's ordinal is its row.</summary>
    RecordIndex = 3,

    /// <summary>Folded names.</summary>
    Names = 4,

    /// <summary>Token ordinals of the names, u32 each.</summary>
    NameTokens = 5,

    /// <summary>Token texts, one after another.</summary>
    TokenTexts = 6,

    /// <summary>Distinct tokens in ordinal order of their text, with frozen rarity weights.</summary>
    Tokens = 7,

    /// <summary>Name ordinals by token, u32 each.</summary>
    Postings = 8,

    /// <summary>Document numbers by keyed hash.</summary>
    Documents = 9,
}
