using System.Buffers.Binary;
using CsCheck;
using EdgeCheckpoint.Core.Tests.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class TokenTableTests
{
    private static readonly Gen<string> Token = Gen.OneOf(
        Gen.String[Gen.Char["AB"], 1, 9], Gen.String[Gen.Char["ABCDEFGHIKLMNORSTUVZ"], 1, 14]);

    private static readonly string[] Sample = ["BRANDVOLD", "ISAURA", "LENE", "LI", "X", "QUILLFEATHER"];

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(13)]
    public void IsSound_CutSection_IsFalse(int length) =>
        Assert.False(TokenTable.IsSound(Table(Sample).AsSpan(0, length), Sample.Length));

    [Theory]
    [InlineData(0, 0u)] // bits of the directory
    [InlineData(0, 29u)]
    [InlineData(0, 28u)] // a directory longer than the section
    [InlineData(0, uint.MaxValue)]
    [InlineData(4, 1u)] // the first bucket does not begin at 0
    [InlineData(8, uint.MaxValue)] // a bucket that falls or reaches outside
    public void IsSound_DirectoryDamaged_IsFalse(int at, uint value)
    {
        var table = Table(Sample);
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at), value);

        Assert.False(TokenTable.IsSound(table, Sample.Length));
    }

    [Fact]
    public void IsSound_TokenThatIsNotThere_IsFalse()
    {
        var table = Table(Sample);

        Assert.True(TokenTable.IsSound(table, Sample.Length));
        Assert.False(TokenTable.IsSound(table, Sample.Length - 1));
        Assert.False(TokenTable.IsSound([.. table, 0, 0, 0, 0], Sample.Length));
    }

    [Fact]
    public void IsSound_AnyWordChanged_IsFalseOrStillSafeToRead() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.OneOf(Gen.UInt, Gen.OneOfConst(0u, 1u, uint.MaxValue)), Gen.UInt).Sample(static (at, value, hash) =>
        {
            var table = Table(Sample);
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at % (table.Length / 4) * 4), value);
            if (!TokenTable.IsSound(table, Sample.Length))
                return;
            foreach (var entry in new TokenTable(table).Bucket(hash))
                Assert.InRange(TokenTable.Ordinal(entry), 0, Sample.Length - 1);
        }, iter: 20_000);

    [Fact]
    public void Bucket_EmptyTable_HoldsNothing()
    {
        var table = TokenTable.Build([], static _ => 0);

        Assert.True(TokenTable.IsSound(table, 0));
        Assert.True(new TokenTable(table).Bucket(0).IsEmpty);
        Assert.True(new TokenTable(table).Bucket(uint.MaxValue).IsEmpty);
    }

    [Fact]
    public void MayBeNear_AnyLengths_IsNeverFalseForNearOnes()
    {
        for (var limit = 0; limit <= 2; limit++)
        {
            for (var length = 1; length <= 64; length++)
            {
                for (var other = Math.Max(1, length - limit); other <= length + limit; other++)
                    Assert.True(TokenTable.MayBeNear((uint)(other & 7) << PackageFormat.TokenOrdinalBits, length, limit), $"{length} {other} {limit}");
            }
        }

        Assert.False(TokenTable.MayBeNear(4u << PackageFormat.TokenOrdinalBits, 1, 2));
    }

    [Fact]
    public void Bucket_AnyTokenWithSlips_FindsIt() =>
        Gen.Select(Token.Array[1, 40], Gen.Int[0, 39], TokenMutations.Any.Array[0, 2]).Sample(static (tokens, pick, mutations) =>
        {
            var listed = tokens.Distinct().ToArray();
            var query = TokenMutations.Apply(listed[pick % listed.Length], mutations);
            var found = Find(Table(listed), query);

            // One letter from three on, two from seven on: by the length of what is looked for.
            var limit = query.Length < 3 ? 0 : query.Length < 7 ? 1 : 2;
            foreach (var token in Enumerable.Range(0, listed.Length).Where(token => TokenMutations.Distance(query, listed[token]) <= limit))
                Assert.Contains(token, found);
        }, iter: 30_000);

    [Fact]
    public void Write_AnyToken_StaysWithinItsRoom() => Gen.String[Gen.Char["ABC"], 1, 80].Sample(static token =>
        Assert.InRange(TokenDeletions.Write(token, new uint[TokenDeletions.CountMax]), 1, TokenDeletions.CountMax));

    private static HashSet<int> Find(byte[] section, string query)
    {
        var found = new HashSet<int>();
        var table = new TokenTable(section);
        Span<uint> hashes = stackalloc uint[TokenDeletions.CountMax];
        var limit = query.Length < 3 ? 0 : query.Length < 7 ? 1 : 2;
        foreach (var hash in hashes[..TokenDeletions.Write(query, hashes)])
        {
            foreach (var entry in table.Bucket(hash))
            {
                if (TokenTable.IsMatch(entry, hash) && TokenTable.MayBeNear(entry, query.Length, limit))
                    found.Add(TokenTable.Ordinal(entry));
            }
        }

        return found;
    }

    private static byte[] Table(string[] tokens)
    {
        var pairs = new List<ulong>();
        Span<uint> hashes = stackalloc uint[TokenDeletions.CountMax];
        for (var token = 0; token < tokens.Length; token++)
        {
            foreach (var hash in hashes[..TokenDeletions.Write(tokens[token], hashes)])
                pairs.Add(((ulong)hash << 32) | (uint)token);
        }

        return TokenTable.Build(pairs, token => tokens[token].Length);
    }
}
