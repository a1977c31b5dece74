using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// What a listed document is known by: SipHash-2-4, under the list's key, of issuer, class and normalised number. Who has
/// the table but not the key cannot try numbers against it.
/// </summary>
/// <remarks>64 bits: among 100 million numbers two collide in one list out of 3,700, and a stranger's number is taken for
/// a listed one once in 180 billion probes; the record behind the payload settles both.</remarks>
public readonly record struct DocumentKey
{
    /// <summary>First byte of the message, so that nothing else hashed under the key equals a document.</summary>
    private const byte Form = 1;

    /// <summary>Stands between issuer and number and occurs in neither.</summary>
    private const byte Separator = (byte)'<';

    private const int StackBytesMax = 256;

    /// <summary>A key that was computed before, such as one read back from a table.</summary>
    public DocumentKey(ulong hash) => Hash = hash;

    /// <summary>Evenly spread; tables are sorted by it.</summary>
    public ulong Hash { get; }

    /// <summary>Computes the key of a document.</summary>
    /// <param name="listKey">16 bytes.</param>
    /// <param name="issuer">Code of the issuer, with or without filler; empty where a list does not say.</param>
    /// <param name="documentClass">Passport, card, visa, or unstated.</param>
    /// <param name="number">Not empty: the empty number is on no list.</param>
    /// <exception cref="ArgumentException">The number is empty.</exception>
    public static DocumentKey Of(
        ReadOnlySpan<byte> listKey, ReadOnlySpan<char> issuer, DocumentClass documentClass, DocumentNumber number) =>
        Of(listKey, issuer, documentClass, number.Value.AsSpan());

    /// <summary>As above for a number that is normalised already, such as a variant.</summary>
    internal static DocumentKey Of(
        ReadOnlySpan<byte> listKey, ReadOnlySpan<char> issuer, DocumentClass documentClass, ReadOnlySpan<char> normalised)
    {
        if (normalised.IsEmpty)
            throw new ArgumentException("The empty number has no key.", nameof(normalised));
        var lengthMax = issuer.Length + normalised.Length + 3;
        Span<byte> message = lengthMax <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[lengthMax];
        message[0] = Form;
        message[1] = (byte)documentClass;
        var length = 2 + WriteIssuer(issuer, message[2..]);
        message[length++] = Separator;
        foreach (var character in normalised)
            message[length++] = (byte)character;
        return new DocumentKey(SipHash.Hash(listKey, message[..length]));
    }

    private static int WriteIssuer(ReadOnlySpan<char> issuer, Span<byte> into)
    {
        var length = 0;
        foreach (var character in issuer)
        {
            if (char.IsAsciiLetter(character))
                into[length++] = (byte)char.ToUpperInvariant(character);
        }

        // Germany is D in the MRZ (Doc 9303-3 §5) and DEU on lists that follow ISO 3166-1.
        return into[..length].SequenceEqual("DEU"u8) ? 1 : length;
    }
}
