using CsCheck;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Core.Tests.Documents;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class PartialDateTests
{
    private static readonly Gen<PartialDate> Any = Gen.Select(
        Gen.Int[0, 9999], Gen.Int[0, 12], Gen.Int[0, 31],
        static (year, month, day) => PartialDate.TryCreate(year, month, day, out var date) ? date : default);

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(10_000, 0, 0)]
    [InlineData(1990, 13, 0)]
    [InlineData(1990, -1, 0)]
    [InlineData(1990, 1, -1)]
    [InlineData(1990, 1, 32)]
    [InlineData(1990, 2, 29)]
    [InlineData(1900, 2, 29)]
    [InlineData(0, 5, 0)]
    [InlineData(0, 0, 5)]
    [InlineData(1990, 0, 5)]
    public void TryCreate_NoDate_IsFalse(int year, int month, int day)
    {
        Assert.False(PartialDate.TryCreate(year, month, day, out var date));

        Assert.Equal(PartialDate.Unknown, date);
    }

    [Theory]
    [InlineData("1974-08-12", 1974, 8, 12)]
    [InlineData("1974-08", 1974, 8, 0)]
    [InlineData("1974", 1974, 0, 0)]
    [InlineData("1974-08-XX", 1974, 8, 0)]
    [InlineData("1974-XX-XX", 1974, 0, 0)]
    [InlineData("1974-??-??", 1974, 0, 0)]
    [InlineData("1974-00-00", 1974, 0, 0)]
    [InlineData("XXXX", 0, 0, 0)]
    [InlineData(" 2000-02-29 ", 2000, 2, 29)]
    public void TryParse_KnownShapes_GiveTheParts(string text, int year, int month, int day)
    {
        Assert.True(PartialDate.TryParse(text, out var date));

        Assert.Equal((year, month, day), (date.Year, (int)date.Month, (int)date.Day));
    }

    [Theory]
    [InlineData("")]
    [InlineData("74")]
    [InlineData("1974/08/12")]
    [InlineData("1974-08-1")]
    [InlineData("12-08-1974")]
    [InlineData("1974-13-01")]
    [InlineData("1974-02-30")]
    [InlineData("XXXX-08-12")]
    [InlineData("1974-XX-12")]
    [InlineData("+974")]
    [InlineData("１９７４")]
    public void TryParse_OtherText_IsFalse(string text) => Assert.False(PartialDate.TryParse(text, out _));

    [Fact]
    public void ToStringThenTryParse_AnyDate_GivesItBack() => Any.Sample(date =>
    {
        if (!date.HasYear)
            return;
        Assert.True(PartialDate.TryParse(date.ToString(), out var read));
        Assert.Equal(date, read);
        Assert.True(date.Earliest() <= date.Latest());
        Assert.Equal(date.IsComplete, date.Earliest() == date.Latest());
    }, iter: 5_000);

    [Fact]
    public void TryParse_AnyText_NeverThrows() =>
        Gen.String[Gen.Char["0123456789-X? "], 0, 12].Sample(static text => PartialDate.TryParse(text, out var date) || date == default, iter: 5_000);

    [Fact]
    public void CompareTo_AnyTwo_AgreesWithOperators() => Gen.Select(Any, Any).Sample(static (left, right) =>
    {
        Assert.Equal(left.CompareTo(right) < 0, left < right);
        Assert.Equal(left >= right, !(left < right));
        Assert.Equal(left <= right, right >= left);
        Assert.Equal(left == right, left.CompareTo(right) == 0);
        Assert.Equal(left > right, right < left);
    }, iter: 2_000);

    [Fact]
    public void Unknown_HasNeitherFirstNorLastDay()
    {
        Assert.Null(PartialDate.Unknown.Earliest());
        Assert.Null(PartialDate.Unknown.Latest());
        Assert.Equal("", PartialDate.Unknown.ToString());
        Assert.Equal(new DateOnly(1972, 2, 29), ParseOne("1972-02").Latest());
    }

    private static PartialDate ParseOne(string text) => PartialDate.TryParse(text, out var date) ? date : default;
}
