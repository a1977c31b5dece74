using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>
/// A signing key of a person in a file: PKCS #8 in PEM under a passphrase (PBES2: AES-256, PBKDF2 with SHA-256), and its
/// public half beside it, which is all that central needs.
/// </summary>
internal static class KeyFile
{
    /// <summary>Shortest passphrase, in characters.</summary>
    public const int PassphraseLengthMin = 12;

    /// <summary>Rounds of PBKDF2: OWASP's figure of 2023 for HMAC-SHA-256.</summary>
    public const int Rounds = 600_000;

    private const int BytesMax = 64 * 1024;
    private const string PrivateLabel = "PRIVATE KEY";
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";
    private const string PublicLabel = "PUBLIC KEY";

    /// <summary>Where the public half of a key file lies.</summary>
    public static string PublicPath(string path) => path + ".pub";

    /// <summary>Makes a key and both files. Refuses to write over an older key.</summary>
    public static KeyId Make(SigningRole role, string path, string passphrase, DateTimeOffset now)
    {
        if (File.Exists(path) || File.Exists(PublicPath(path)))
            throw new CentralFault($"There is a file {path} or {PublicPath(path)} already, and a key is never written over; give another --out.");
        if (passphrase.Length < PassphraseLengthMin)
            throw new CentralFault($"A passphrase of a signing key has at least {PassphraseLengthMin} characters.");
        using var key = SigningKey.Create();
        var remark = string.Create(CultureInfo.InvariantCulture, $"EdgeCheckpoint {Word(role)} key {key.Id}, made {now:yyyy-MM-dd}\n");
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Rounds);
        Write(path, remark + key.ExportPem(passphrase, parameters) + "\n");
        Write(PublicPath(path), remark + PemEncoding.WriteString(PublicLabel, key.Spki) + "\n");
        return key.Id;
    }

    /// <summary>True when the private key can only be read with a passphrase.</summary>
    public static bool IsEncrypted(string path) => ReadText(path, isPrivate: true).Contains(EncryptedLabel, StringComparison.Ordinal);

    /// <summary>Reads a private key.</summary>
    /// <param name="passphrase">Asked only when the key is encrypted.</param>
    /// <exception cref="CentralFault">Not a key, a wrong passphrase, or a file open to others.</exception>
    public static SigningKey Read(string path, Func<string> passphrase)
    {
        var text = ReadText(path, isPrivate: true);
        var key = ECDsa.Create();
        try
        {
            if (text.Contains(EncryptedLabel, StringComparison.Ordinal))
                key.ImportFromEncryptedPem(text, passphrase());
            else if (text.Contains(PrivateLabel, StringComparison.Ordinal))
                key.ImportFromPem(text);
            else
                throw new CryptographicException("there is no private key in it");
            if (key.KeySize == 256)
                return new SigningKey(key);
            throw new CryptographicException("it is not a P-256 key");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CentralFault(
                $"The key {path} cannot be opened ({fault.Message.TrimEnd('.')}); give the right file and the right passphrase.", fault);
        }
    }

    /// <summary>Reads a public half.</summary>
    /// <returns>SubjectPublicKeyInfo.</returns>
    public static byte[] ReadPublic(string path)
    {
        var text = ReadText(path, isPrivate: false);
        if (PemEncoding.TryFind(text, out var found) && text[found.Label] == PublicLabel)
        {
            var spki = Convert.FromBase64String(text[found.Base64Data]);
            if (Signatures.IsPublicKey(spki))
                return spki;
        }

        throw new CentralFault($"{path} is not the public half of a signing key; central takes the file that keys make wrote beside the key, *.pub.");
    }

    /// <summary>The word for a role on the command line.</summary>
    public static string Word(SigningRole role) => role.ToString().ToLowerInvariant();

    private static void Write(string path, string content)
    {
        try
        {
            PrivateFiles.Create(path, Encoding.ASCII.GetBytes(content));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{path} cannot be written ({fault.Message.TrimEnd('.')}).", fault);
        }
    }

    private static string ReadText(string path, bool isPrivate)
    {
        if (!File.Exists(path))
            throw new CentralFault($"There is no key file {path}.");
        if (new FileInfo(path).Length > BytesMax)
            throw new CentralFault($"{path} is too large to be a key.");
        try
        {
            return Encoding.ASCII.GetString(isPrivate ? PrivateFiles.Read(path) : File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{path} cannot be read ({fault.Message.TrimEnd('.')}).", fault);
        }
    }
}
