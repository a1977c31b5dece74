using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// Seals key files with a secret that is not on the card in the clear: a systemd credential, which the service manager decrypts for
/// this service alone, bound to the TPM or to the machine's own key (systemd.exec, "Credentials"). AES-256-GCM under a key derived from the
/// secret (HKDF-SHA256). Layout: mark "ECD" 1, nonce of 12 bytes, ciphertext, tag of 16 bytes.
/// </summary>
internal sealed class DeviceKeySeal
{
    /// <summary>Least entropy taken for a secret, in bytes.</summary>
    internal const int SecretLengthMin = 32;

    private const int SecretLengthMax = 4096;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'D', 1];

    private readonly byte[] _key;

    private DeviceKeySeal(byte[] key) => _key = key;

    /// <summary>The seal of this start.</summary>
    /// <param name="folder">What the service manager set in CREDENTIALS_DIRECTORY; null when it set nothing.</param>
    /// <param name="name">Name of the credential.</param>
    /// <returns>Null when there is no such credential.</returns>
    /// <exception cref="InvalidDataException">It is there and cannot be one.</exception>
    internal static DeviceKeySeal? Find(string? folder, string name)
    {
        if (string.IsNullOrEmpty(folder) || Path.Combine(folder, name) is not { } path || !File.Exists(path))
            return null;
        var secret = File.ReadAllBytes(path);
        try
        {
            if (secret.Length is < SecretLengthMin or > SecretLengthMax)
            {
                throw new InvalidDataException(
                    $"The credential {name} has {secret.Length} bytes; it needs {SecretLengthMin} to {SecretLengthMax} random ones. Make it as edge/deploy/README.md says.");
            }

            return FromSecret(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    internal static DeviceKeySeal FromSecret(ReadOnlySpan<byte> secret)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, [], "EdgeCheckpoint sealed device key v1"u8);
        return new DeviceKeySeal(key);
    }

    internal static bool IsSealed(ReadOnlySpan<byte> file) => file.StartsWith(Mark);

    /// <param name="purpose">Which key it is, so that one file cannot be put in the place of another.</param>
    internal byte[] Seal(string purpose, ReadOnlySpan<byte> plain)
    {
        var file = new byte[Mark.Length + NonceLength + plain.Length + TagLength];
        Mark.CopyTo(file, 0);
        var nonce = file.AsSpan(Mark.Length, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, plain, file.AsSpan(Mark.Length + NonceLength, plain.Length), file.AsSpan(file.Length - TagLength), Encoding.ASCII.GetBytes(purpose));
        return file;
    }

    /// <param name="text">What was sealed, ASCII.</param>
    /// <returns>False for another secret, another purpose or a damaged file.</returns>
    internal bool TryOpen(string purpose, ReadOnlySpan<byte> file, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (file.Length < Mark.Length + NonceLength + TagLength || !IsSealed(file))
            return false;
        var plain = new byte[file.Length - Mark.Length - NonceLength - TagLength];
        try
        {
            using var aes = new AesGcm(_key, TagLength);
            aes.Decrypt(
                file.Slice(Mark.Length, NonceLength), file[(Mark.Length + NonceLength)..^TagLength], file[^TagLength..], plain, Encoding.ASCII.GetBytes(purpose));
            text = Encoding.ASCII.GetString(plain);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
