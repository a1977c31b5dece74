using EdgeCheckpoint.Codes;

namespace EdgeCheckpoint.Core.Tests.Codes;

public sealed class TypedCodeTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 30).Select(static i => (byte)(i * 37 % 256))];

    [Fact]
    public void Decode_WrongSymbolAnywhere_NamesItsGroup()
    {
        var code = TypedCode.Encode(Bytes);
        foreach (var at in Enumerable.Range(0, code.Length).Where(at => code[at] != '-'))
        {
            foreach (var other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".Where(other => other != code[at]))
            {
                var wrong = TypedCode.Decode(code[..at] + other + code[(at + 1)..], Bytes.Length);
                Assert.Contains($"Group {(at / 8) + 1} of 8", wrong.Failure, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Decode_TwoSymbolsExchanged_IsFound()
    {
        var code = TypedCode.Encode(Bytes);
        var symbols = Enumerable.Range(0, code.Length).Where(at => code[at] != '-').ToArray();
        foreach (var (first, second) in symbols.SelectMany(first => symbols.Select(second => (first, second)))
            .Where(pair => pair.first < pair.second && pair.first / 8 == pair.second / 8 && code[pair.first] != code[pair.second]))
        {
            var letters = code.ToCharArray();
            (letters[first], letters[second]) = (letters[second], letters[first]);
            Assert.False(TypedCode.Decode(new string(letters), Bytes.Length).IsSuccess);
        }
    }

    [Fact]
    public void Decode_TwoGroupsExchanged_IsFound()
    {
        var groups = TypedCode.Encode(Bytes).Split('-');
        (groups[1], groups[2]) = (groups[2], groups[1]);

        Assert.False(TypedCode.Decode(string.Join('-', groups), Bytes.Length).IsSuccess);
    }

    [Theory]
    [InlineData("", "8 groups")]
    [InlineData("ABC", "3 were typed")]
    [InlineData("U", "no symbol")]
    [InlineData("é", "no symbol")]
    public void Decode_NoCode_SaysWhatACodeIs(string text, string part) =>
        Assert.Contains(part, TypedCode.Decode(text, 30).Failure, StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(30)]
    [InlineData(112)]
    public void Decode_WhatWasEncoded_GivesTheBytes(int length)
    {
        var random = new Random(length);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(bytes, TypedCode.Decode(TypedCode.Encode(bytes), length).Value);
        }
    }

    [Fact]
    public void Decode_LowerCaseSpacesAndLookAlikes_AreRead()
    {
        var code = TypedCode.Encode(Bytes);

        Assert.Equal(Bytes, TypedCode.Decode(code.Replace('-', ' ').Replace('0', 'o').Replace('1', 'l').ToLowerInvariant(), Bytes.Length).Value);
    }
}
