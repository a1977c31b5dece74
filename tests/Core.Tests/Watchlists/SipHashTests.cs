using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>Vectors of the SipHash paper (Aumasson and Bernstein, 2012) and its reference code: key 00..0f, input 00, 01, ….</summary>
public sealed class SipHashTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 64).Select(static i => (byte)i)];

    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(2, 0x0d6c8009d9a94f5a)]
    [InlineData(3, 0x85676696d7fb7e2d)]
    [InlineData(4, 0xcf2794e0277187b7)]
    [InlineData(5, 0x18765564cd99a68d)]
    [InlineData(6, 0xcbc9466e58fee3ce)]
    [InlineData(7, 0xab0200f58b01d137)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void Hash_ReferenceInput_GivesTheReferenceValue(int length, ulong expected) =>
        Assert.Equal(expected, SipHash.Hash(Bytes.AsSpan(0, 16), Bytes.AsSpan(0, length)));

    [Fact]
    public void Hash_EveryLengthAndKey_Differs()
    {
        var hashes = Enumerable.Range(0, 63).Select(length => SipHash.Hash(Bytes.AsSpan(0, 16), Bytes.AsSpan(0, length)))
            .Concat(Enumerable.Range(1, 48).Select(key => SipHash.Hash(Bytes.AsSpan(key, 16), Bytes.AsSpan(0, 8))));

        Assert.Equal(63 + 48, hashes.Distinct().Count());
    }
}
