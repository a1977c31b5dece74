using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Records;

/// <summary>
/// Keyed hashes by which central finds a sealed record without opening the others (DESIGN §6): of the document number,
/// and of a folded name token with the birth year. They are destroyed together with the record's key.
/// </summary>
public sealed class BlindIndex(ReadOnlyMemory<byte> key)
{
    /// <summary>Length of a term, in bytes: half a SHA-256, enough against chance, too little to store more than needed.</summary>
    public const int TermLength = 16;

    /// <summary>Term of a document number; null for the empty number.</summary>
    public byte[]? Document(DocumentNumber number) => number.IsEmpty ? null : Term("document", number.Value);

    /// <summary>Term of one folded name token with a birth year (0 when unknown).</summary>
    public byte[] Name(string foldedToken, int birthYear) =>
        Term("name", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{foldedToken}|{birthYear}"));

    private byte[] Term(string kind, string value) =>
        HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes($"{kind}|{value}"))[..TermLength];
}
