using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

public sealed class MrzCheckDigitTests
{
    // The first two are the worked examples of Doc 9303-3 §4.9.
    [Theory]
    [InlineData("520727", 3)]
    [InlineData("AB2134<<<", 5)]
    [InlineData("", 0)]
    [InlineData("<<<<<<", 0)]
    [InlineData("Z", 5)]
    public void TryCompute_MrzCharacters_GivesDigit(string field, int expected)
    {
        Assert.True(MrzCheckDigit.TryCompute(field, out var digit));

        Assert.Equal(expected, digit);
    }

    [Theory]
    [InlineData("52O?27")]
    [InlineData("ab2134")]
    [InlineData("12 34")]
    public void TryCompute_OtherCharacters_Refuses(string field)
    {
        Assert.False(MrzCheckDigit.TryCompute(field, out var digit));

        Assert.Equal(0, digit);
    }

    [Fact]
    public void TryCompute_VeryLongField_DoesNotOverflow()
    {
        Assert.True(MrzCheckDigit.TryCompute(new string('Z', 1_000_000), out _));
    }
}
