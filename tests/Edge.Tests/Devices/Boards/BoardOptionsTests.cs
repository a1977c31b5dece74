using System.ComponentModel.DataAnnotations;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using Microsoft.Extensions.Configuration;

namespace EdgeCheckpoint.Edge.Tests.Devices.Boards;

public sealed class BoardOptionsTests
{
    public static TheoryData<string> Profiles => [.. BoardProfiles.All];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Profile_AsItIsShipped_IsValidAndNamesItself(string name)
    {
        var options = Read(name);

        Assert.Empty(Problems(options));
        Assert.Equal(name, options.Profile);
    }

    [Fact]
    public void Profiles_AreThoseOfTheHardwareDocuments() => Assert.Equal(
        ["generic-linux", "raspberry-pi-4", "raspberry-pi-5", "raspberry-pi-zero-2-w", "simulated", "virtual-board"], BoardProfiles.All);

    [Fact]
    public void Profile_GenericLinux_HasNothingFitted()
    {
        var options = Read("generic-linux");

        Assert.Equal(BoardKind.None, options.Kind);
        Assert.All(Enum.GetValues<ContactRole>(), role => Assert.Null(options.Contact(role)));
    }

    [Fact]
    public void Setting_OverAProfile_ChangesThatOneThing()
    {
        var options = Read("raspberry-pi-5", ("Board:Tamper:Line", "12"), ("Board:Tamper:IsInverted", "true"));

        Assert.Empty(Problems(options));
        Assert.Equal((12, true, 27), (options.Tamper!.Line, options.Tamper.IsInverted, options.Lid!.Line));
    }

    [Theory]
    [InlineData("Board:Profile", "raspberry-pi-6", "there is no profile raspberry-pi-6; there are generic-linux")]
    [InlineData("Board:Tamper:Line", "22", "Tamper and Red must be different lines; line 22 of pinctrl-rp1")]
    [InlineData("Board:Tamper:Line", "-1", "-1 is no line")]
    [InlineData("Board:Tamper:DebounceMilliseconds", "0", "Board:Tamper:DebounceMilliseconds")]
    [InlineData("Board:ChipLabel", "", "Board:Tamper: no chip is named")]
    [InlineData("Board:Climate:Address", "67", "Climate and Supply cannot both be at address 67")]
    [InlineData("Board:Climate:Address", "120", "120 is no address")]
    [InlineData("Board:Climate:Driver", "bme280", "there is no driver bme280; there is sht4x")]
    [InlineData("Board:I2cBus", "", "Climate wants a bus")]
    [InlineData("Board:Supply:EmptyMillivolts", "7000", "below LowMillivolts")]
    [InlineData("Board:Supply:ShuntOhms", "0", "ShuntOhms")]
    [InlineData("Board:Gps:BaudRate", "4800", "Board:Gps:DevicePath is empty")]
    [InlineData("Board:Gps:BaudRate", "0", "Board:Gps:BaudRate: 4800")]
    public void Setting_ThatCannotBe_IsNamed(string setting, string value, string problem) =>
        Assert.Contains(Problems(Read("raspberry-pi-5", (setting, value))), message => message.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Setting_TheSameLineOfAnotherChip_IsAnotherLine() =>
        Assert.Empty(Problems(Read("raspberry-pi-5", ("Board:Tamper:Line", "22"), ("Board:Tamper:ChipLabel", "raspberrypi-exp-gpio"))));

    [Fact]
    public void Setting_TwoLampsOfThree_IsNamed()
    {
        var options = Read("raspberry-pi-5");
        options.Green = null;

        Assert.Contains(Problems(options), static message => message.Contains("belong together", StringComparison.Ordinal));
    }

    private static BoardOptions Read(string profile, params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddJsonStream(BoardProfiles.Open(profile)!)
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build().GetSection(BoardOptions.Section).Get<BoardOptions>()!;

    private static string[] Problems(BoardOptions options) =>
        [.. options.Validate(new ValidationContext(options)).Select(static result => result.ErrorMessage!)];
}
