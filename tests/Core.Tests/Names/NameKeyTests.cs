using CsCheck;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Core.Tests.Names;

public sealed class NameKeyTests
{
    [Theory]
    [InlineData("MOHAMMED", "MUHAMMAD", "MOHAMED", "MEHEMMED")]
    [InlineData("YUSUF", "YOUSSEF", "YOSEF", "YUSSUF")]
    [InlineData("KHALED", "KHALID", "HALID", "HALED")]
    [InlineData("QADIR", "KADIR", "QADEER", "CADIR")]
    [InlineData("JAMAL", "GAMAL", "GAMMAL", "JEMAL")]
    [InlineData("VALTER", "WALTER", "WALTHER", "VALTHER")]
    public void Of_Romanisations_HaveOneKey(string first, params string[] others) =>
        Assert.All(others, other => Assert.Equal(NameKey.Of(first), NameKey.Of(other)));

    [Theory]
    [InlineData("BRANDVOLD", "BRANDVORD")]
    [InlineData("TARIK", "TARIM")]
    [InlineData("ALI", "LI")]
    public void Of_OtherConsonants_HaveOtherKeys(string left, string right) => Assert.NotEqual(NameKey.Of(left), NameKey.Of(right));

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("H")]
    [InlineData("AIO")]
    public void Of_TokenWithoutConsonants_IsItself(string token) => Assert.Equal(token, NameKey.Of(token));

    [Fact]
    public void Of_EndlessToken_DoesNotExhaustTheStack()
    {
        var token = new string('B', 20_000_000);

        Assert.Same(token, NameKey.Of(token));
    }

    [Fact]
    public void Of_AnyToken_NeverThrowsAndIsNoLonger() => Gen.String[Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"], 0, 80].Sample(
        token => Assert.True(NameKey.Of(token).Length <= token.Length), iter: 5_000);
}
