using System.Text.Json;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Vectors;

/// <summary>A batch of records as the vector files keep it: base64 of the parts as they travel.</summary>
internal sealed record VectorBatch(
    byte[] Statement, byte[] Signature, byte[] SigningKeySpki, byte[] PreviousChain, byte[] LastChain, VectorRecord[] Records)
{
    internal static VectorBatch Read(string name) => JsonSerializer.Deserialize<VectorBatch>(VectorFiles.Read(name))!;
}

/// <inheritdoc cref="VectorBatch"/>
internal sealed record VectorRecord(byte[] Header, byte[] Ciphertext, byte[] WrappedForAppliance, byte[] WrappedForCentral, byte[] Chain)
{
    internal SealedRecord ToRecord() => new()
    {
        Header = Header,
        Ciphertext = Ciphertext,
        WrappedForAppliance = WrappedForAppliance,
        WrappedForCentral = WrappedForCentral,
        Chain = Chain,
    };
}

/// <summary>A signature over release metadata in the vector files.</summary>
internal sealed record VectorSignature(byte[] PublicKeySpki, byte[] Signature);
