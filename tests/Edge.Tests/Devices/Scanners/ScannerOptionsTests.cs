using System.ComponentModel.DataAnnotations;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Scanning;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

public sealed class ScannerOptionsTests
{
    [Fact]
    public void Defaults_AreValid()
    {
        Assert.Empty(Validate(new ScannerOptions()));
    }

    [Fact]
    public void Values_OutOfRange_AreEachReported()
    {
        var options = new ScannerOptions { BaudRate = 1, DataBits = 9, IdleMilliseconds = 0, LineGapMilliseconds = -1, Profile = "" };

        Assert.Equal(5, Validate(options).Count);
    }

    [Fact]
    public void Profile_Unknown_IsRefusedWithTheKnownNames()
    {
        var problem = Assert.Single(Validate(new ScannerOptions { Profile = "vendor" })).ErrorMessage!;

        foreach (var profile in ReaderProfiles.All)
            Assert.Contains(profile.Name, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\q", null, null)]
    [InlineData("\\x1", null, null)]
    [InlineData("ABC", null, null)]
    [InlineData("\u20AC", null, null)]
    [InlineData(null, "A", null)]
    [InlineData(null, "\\x02", null)]
    [InlineData(null, null, "<")]
    [InlineData(null, "_", null)]
    public void Texts_ThatCannotBe_AreRefused(string? prefix, string? marks, string? padding) =>
        Assert.Single(Validate(new ScannerOptions { Prefix = prefix, UnknownMarks = marks, Padding = padding }));

    [Theory]
    [InlineData("\\x02", "")]
    [InlineData("\\x1dMRZ:", "MRZ:")]
    [InlineData("~\\r\\n", "~")]
    [InlineData("\\\\", "\\")]
    [InlineData("\\xA7", "\u00A7")]
    public void Prefix_WithEscapes_LosesWhatTheFramerTakesCareOf(string escaped, string expected) =>
        Assert.Equal(expected, new ScannerOptions { Prefix = escaped }.ToProfile().Prefix);

    [Fact]
    public void ToProfile_Overrides_TakeThePlaceOfTheProfile()
    {
        var profile = new ScannerOptions
        {
            Profile = "3m-rte6701",
            Suffix = "~",
            AimId = false,
            UnknownMarks = "$",
            Padding = "_",
            FlagByte = FlagByte.Never,
            LengthCovers = BlockRange.FromCode,
            BlockCheckCovers = BlockRange.FromText,
            IdleMilliseconds = 150,
            LineGapMilliseconds = 0,
        }.ToProfile();

        Assert.Equal(
            ReaderProfiles.Find("3m-rte6701")! with
            {
                Suffix = "~",
                StripsAimId = false,
                UnknownMarks = "$",
                Padding = "_",
                Flag = FlagByte.Never,
                LengthCovers = BlockRange.FromCode,
                BlockCheckCovers = BlockRange.FromText,
                Idle = TimeSpan.FromMilliseconds(150),
                LineGap = TimeSpan.Zero,
            },
            profile);
    }

    [Fact]
    public void Wedge_WithoutDeviceOrWithAPath_IsRefused()
    {
        Assert.Single(Validate(new ScannerOptions { Kind = ScannerKind.KeyboardWedge }));
        Assert.Single(Validate(new ScannerOptions { Kind = ScannerKind.KeyboardWedge, WedgeIds = ["../event3"] }));
        Assert.Empty(Validate(new ScannerOptions { Kind = ScannerKind.KeyboardWedge, WedgeIds = ["usb-Reader_1-event-kbd"] }));
    }

    [Fact]
    public void Validator_OfTheAppliance_AppliesTheRules()
    {
        var result = new ScannerOptionsValidator().Validate(null, new ScannerOptions { Profile = "vendor" });

        Assert.True(result.Failed);
        Assert.Contains("3m-rte6701", result.FailureMessage, StringComparison.Ordinal);
    }

    private static List<ValidationResult> Validate(ScannerOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results;
    }
}
