using System.ComponentModel.DataAnnotations;
using EdgeCheckpoint.Devices.Scanners;

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
        var options = new ScannerOptions { BaudRate = 1, DataBits = 9, IdleMilliseconds = 0, Framing = "vendor" };

        Assert.Equal(4, Validate(options).Count);
    }

    private static List<ValidationResult> Validate(ScannerOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results;
    }
}
