using EdgeCheckpoint.Acceptance;

namespace EdgeCheckpoint.Core.Tests.Acceptance;

public sealed class AcceptanceReportTests
{
    private static readonly AcceptanceReport Report = new()
    {
        ApplianceId = "ap-1",
        PostName = "Utopia North",
        HardwareSerial = "1000",
        BoardProfile = "generic-linux",
        Software = "0.1.0",
        Technician = "TEC-05",
        StartedAt = new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero),
        EndedAt = new DateTimeOffset(2026, 11, 30, 9, 20, 0, TimeSpan.Zero),
        IsAccepted = false,
        Parts = [new CheckedPart("lid", CheckResult.Failed, "never read open"), new CheckedPart("gps", CheckResult.NotFitted, "")],
    };

    [Fact]
    public void Report_WrittenAndRead_IsTheSame()
    {
        var read = AcceptanceReport.Parse(Report.Encode())!;

        Assert.Equal(Report.Parts, read.Parts);
        Assert.Equal(Report, read with { Parts = Report.Parts });
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"appliance_id":null}""")]
    public void Parse_AnythingElse_IsNone(string text)
    {
        Assert.Null(AcceptanceReport.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.Null(AcceptanceSignature.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Signature_WrittenAndRead_IsTheSame()
    {
        var read = AcceptanceSignature.Parse(new AcceptanceSignature([1, 2, 3], [4, 5]).Encode())!;

        Assert.Equal([1, 2, 3], read.Certificate);
        Assert.Equal([4, 5], read.Signature);
    }
}
