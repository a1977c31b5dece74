using System.Security.Cryptography;
using System.Text.Json;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Vectors;

/// <summary>The committed examples of every format version, in tests/vectors of this repository.</summary>
internal static class VectorFiles
{
    internal const string WriteVariable = "EDGE_CHECKPOINT_WRITE_VECTORS";

    internal static string Folder { get; } = Path.Combine(Root(), "tests", "vectors");

    internal static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    internal static string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>An invented private key that stands beside the vectors; it protects nothing.</summary>
    internal static ECDsa SigningKey(string name)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Read($"keys/{name}.p8"), out _);
        return key;
    }

    /// <inheritdoc cref="SigningKey"/>
    internal static ECDiffieHellman AgreementKey(string name)
    {
        var key = ECDiffieHellman.Create();
        key.ImportPkcs8PrivateKey(Read($"keys/{name}.p8"), out _);
        return key;
    }

    /// <summary>The signatures of root-metadata-1.bin.</summary>
    internal static ReleaseSignature[] RootSignatures() =>
        [.. JsonSerializer.Deserialize<VectorSignature[]>(Read("root-signatures-1.json"))!.Select(static signature => new ReleaseSignature(
            KeyId.Of(signature.PublicKeySpki), SignatureAlgorithm.EcdsaP256Sha256, signature.Signature))];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeCheckpoint.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("EdgeCheckpoint.sln lies in no folder above the tests.");
    }
}
