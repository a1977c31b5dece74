using System.Text;
using EdgeCheckpoint.Central.People;

namespace EdgeCheckpoint.Central.Tests.People;

public sealed class TotpTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238 Appendix B, SHA-1; the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Code_VectorsOfTheStandard_Agree(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(Key, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void Find_ClockThatIsOff_TakesOneStepEitherWay(int seconds, bool isFound)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var code = Totp.Code(Key, Totp.StepAt(now.AddSeconds(seconds)));

        Assert.Equal(isFound ? Totp.StepAt(now.AddSeconds(seconds)) : null, Totp.Find(Key, code, now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870820")]
    [InlineData("28708é")]
    public void Find_NoCode_FindsNothing(string code) => Assert.Null(Totp.Find(Key, code, DateTimeOffset.FromUnixTimeSeconds(59)));

    /// <summary>RFC 4648 §10, without padding.</summary>
    [Theory]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void ToBase32_VectorsOfTheStandard_Agree(string text, string encoded) =>
        Assert.Equal(encoded, Totp.ToBase32(Encoding.ASCII.GetBytes(text)));
}
