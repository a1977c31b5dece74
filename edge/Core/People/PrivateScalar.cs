using System.Numerics;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.People;

/// <summary>A P-256 key pair held in memory as its private number, to which keys can be wrapped.</summary>
/// <remarks>Safe for parallel use.</remarks>
public sealed class PrivateScalar : IKeyAgreement, IDisposable
{
    /// <summary>Bytes of the private number.</summary>
    public const int Length = 32;

    /// <summary>Random bytes that are brought into the range of the curve: 16 more than needed, so that no number is favoured (FIPS 186-5 §A.2.1).</summary>
    internal const int SeedLength = Length + 16;

    /// <summary>Order of P-256 (SEC 2 §2.4.2).</summary>
    private static readonly BigInteger Order = new(
        Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    private readonly ECDiffieHellman _key;
    private readonly Lock _gate = new();

    private PrivateScalar(ECDiffieHellman key)
    {
        _key = key;
        PublicKeySpki = key.ExportSubjectPublicKeyInfo();
    }

    public ReadOnlyMemory<byte> PublicKeySpki { get; }

    public static PrivateScalar Create() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The key of a private number.</summary>
    /// <param name="number">32 bytes, most significant first, 1 to the order less 1.</param>
    /// <exception cref="CryptographicException">The number is out of range.</exception>
    public static PrivateScalar Import(ReadOnlySpan<byte> number)
    {
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportParameters(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = number.ToArray() });
            return new PrivateScalar(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The key that belongs to a seed; the same seed always gives the same key.</summary>
    internal static PrivateScalar FromSeed(ReadOnlySpan<byte> seed)
    {
        var number = (new BigInteger(seed, isUnsigned: true, isBigEndian: true) % (Order - 1)) + 1;
        Span<byte> bytes = stackalloc byte[Length];
        bytes.Clear();
        number.TryWriteBytes(bytes[(Length - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        try
        {
            return Import(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The private number, 32 bytes; the caller wipes it.</summary>
    internal byte[] Export()
    {
        lock (_gate)
            return _key.ExportParameters(includePrivateParameters: true).D!;
    }

    public byte[] DeriveRawSecret(ECDiffieHellmanPublicKey otherParty)
    {
        lock (_gate)
            return _key.DeriveRawSecretAgreement(otherParty);
    }

    public void Dispose() => _key.Dispose();
}
