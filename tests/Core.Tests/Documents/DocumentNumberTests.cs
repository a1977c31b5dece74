using System.Text;
using CsCheck;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Core.Tests.Documents;

public sealed class DocumentNumberTests
{
    [Theory]
    [InlineData("AB 123-456", "AB123456")]
    [InlineData("ab123456<<<", "AB123456")]
    [InlineData("№ 42/é", "42")]
    [InlineData("", "")]
    [InlineData("<<<", "")]
    [InlineData("١٢٣", "")]
    public void Parse_Spelling_KeepsLettersAndDigits(string text, string value)
    {
        var number = DocumentNumber.Parse(text);

        Assert.Equal(value, number.Value);
        Assert.Equal(value.Length == 0, number.IsEmpty);
        Assert.Equal(value, number.ToString());
    }

    [Fact]
    public void Parse_AnyText_NeverThrowsAndIsStable() => Gen.String[0, 400].Sample(
        static text => DocumentNumber.Parse(text) == DocumentNumber.Parse(DocumentNumber.Parse(text).Value), iter: 3_000);

    [Fact]
    public void Default_IsEmpty() => Assert.Equal(default, DocumentNumber.Parse("").IsEmpty ? default : DocumentNumber.Parse("x"));

    [Fact]
    public void IsSpelling_AnyTwoTexts_SaysWhetherTheyAreOneNumber()
    {
        var text = Gen.String[Gen.Char["ab1AB-. éЖ"], 0, 5];

        Gen.Select(text, text).Sample(static (left, right) =>
            Assert.Equal(
                DocumentNumber.Parse(left) == DocumentNumber.Parse(right),
                DocumentNumber.IsSpelling(Encoding.UTF8.GetBytes(left), DocumentNumber.Parse(right).Value)), iter: 20_000);
    }
}
