namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The layout of a watchlist package, little-endian: an envelope of 64 bytes (magic 8, format u32, section count u32,
/// total length i64, SHA-256 of the section table 32, zeros 8), the section table (56 bytes a section: number u32, zeros
/// u32, offset i64, length i64, SHA-256 32), then the sections, each beginning at a multiple of 8.
/// </summary>
/// <remarks>
/// Numbers of sections are never reused. A reader passes over sections it does not know. A change of meaning is a new
/// format number; one package of every past number is kept in tests/vectors and stays readable: of formats 1 and 2 the records
/// are read and indexed anew.
/// </remarks>
internal static class PackageFormat
{
    internal const int Version = 3;

    /// <summary>The first format; its index is not read any more, its records are.</summary>
    internal const int VersionWithPlainRecords = 1;

    /// <summary>The format whose packed entries hold the text of their names; they are read, its index is not.</summary>
    internal const int VersionWithNameTexts = 2;

    internal const int EnvelopeLength = 64;
    internal const int TableRowLength = 56;
    internal const int SectionsMax = 64;
    internal const int Alignment = 8;

    /// <summary>
    /// Every so many entries a place is stored: offset u32 of its packed bytes and its first name u32. Between two places the
    /// lengths that stand before the entries are followed, some eight of them.
    /// </summary>
    internal const int EntriesPerPlace = 16;

    /// <summary>Every so many bits of the entry starts their number so far is stored.</summary>
    internal const int BitsPerRank = 512;

    /// <summary>Tokens of a name: token ordinal 22 bits, field 2, traits 7, and one bit that <see cref="NameSlots"/> uses.</summary>
    internal const int TokenOrdinalBits = 22;

    /// <summary>The highest ordinal is no token.</summary>
    internal const int TokensMax = (1 << TokenOrdinalBits) - 1;

    /// <summary>A document row: keyed hash u64, entry u32, zeros u32; sorted by hash, then entry.</summary>
    internal const int DocumentRowLength = 16;

    internal static ReadOnlySpan<byte> Magic => "ECWLIST\0"u8;
}

/// <summary>
/// Sections of a package. Numbers are part of the format; 2 to 8 belong to format 1 alone, 16 to 18 and 21 to 23 to format 2.
/// </summary>
internal enum SectionNumber : uint
{
    /// <summary>Canonical <see cref="PackageInfo"/>.</summary>
    Info = 1,

    /// <summary>Format 1: canonical records, one after another.</summary>
    PlainRecords = 2,

    /// <summary>Format 1: offset i64 and length i64 of each record.</summary>
    PlainRecordIndex = 3,

    /// <summary>Document numbers by keyed hash.</summary>
    Documents = 9,

    /// <summary>Format 2: packed entries, see <see cref="PackedEntry2"/>.</summary>
    Entries2 = 16,

    /// <summary>Format 2: offset i64 of every 64th entry, then the length u32 of each.</summary>
    EntryIndex2 = 17,

    /// <summary>Format 2: what many entries say alike.</summary>
    Templates2 = 18,

    /// <summary>Year u32 and first name u32 of each block of entries with one birth year; year 0 comes first.</summary>
    BirthYears = 19,

    /// <summary>A bit a name, set where an entry begins; then the number of set bits before every 512th.</summary>
    EntryStarts = 20,

    /// <summary>Token texts one after another, in ordinal order of their text.</summary>
    TokenTexts = 24,

    /// <summary>Where each token's text begins, u32, and where the last one ends.</summary>
    TokenStarts = 25,

    /// <summary>A byte a token: its frozen rarity weight times 255.</summary>
    TokenWeights = 26,

    /// <summary>Names in which a token stands: number u32 by token.</summary>
    PostingCounts = 27,

    /// <summary>Where each token's postings begin, u32, and where the last ones end.</summary>
    PostingStarts = 28,

    /// <summary>Name ordinals by token, rising, as differences in groups of seven bits.</summary>
    Postings = 29,

    /// <summary>Tokens by what is left of them without one or two letters, see <see cref="TokenTable"/>.</summary>
    Deletions = 30,

    /// <summary>Tokens by sound and nickname.</summary>
    Keys = 31,

    /// <summary>Identifiers of entries that this run removes from older ones: a count, then each with its length before it.</summary>
    Tombstones = 32,

    /// <summary>Sixteen bytes a name: its tokens and quality, see <see cref="EdgeCheckpoint.Watchlists.NameSlots"/>.</summary>
    NameSlots = 33,

    /// <summary>Tokens of the names that have more than fit a slot: number u32, then the tokens u32.</summary>
    LongNames = 34,

    /// <summary>Packed entries, see <see cref="PackedEntry"/>, in the order of their ordinals, each with its length before it.</summary>
    Entries = 40,

    /// <summary>Offset u32 and first name u32 of every 16th entry.</summary>
    EntryPlaces = 41,

    /// <summary>What many entries say alike: a count, then each <see cref="EntryTemplate"/> with its length before it.</summary>
    Templates = 42,

    /// <summary>How names are written: a count, then each <see cref="NamePattern"/> with its length before it.</summary>
    NamePatterns = 43,
}
