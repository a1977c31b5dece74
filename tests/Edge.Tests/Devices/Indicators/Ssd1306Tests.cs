using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Indicators.Ssd1306;
using EdgeCheckpoint.Devices.Simulated.I2c;

namespace EdgeCheckpoint.Edge.Tests.Devices.Indicators;

public sealed class Ssd1306Tests : IDisposable
{
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedSsd1306 _chip = new();
    private readonly Ssd1306 _driver;

    public Ssd1306Tests()
    {
        _bus.Fit(Ssd1306.DefaultI2cAddress, _chip);
        _driver = new Ssd1306(_bus.CreateDevice(Ssd1306.DefaultI2cAddress));
    }

    public void Dispose()
    {
        _driver.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public void Show_APicture_IsInTheChipsMemoryByteByByte()
    {
        var picture = new byte[Ssd1306.PictureLength];
        new Random(20261130).NextBytes(picture);
        _driver.Initialize();

        _driver.Show(picture);
        _driver.Show(picture);

        Assert.True(_chip.IsOn);
        Assert.True(_chip.Picture.SequenceEqual(picture));
    }

    [Fact]
    public void Show_APictureOfAnotherLength_IsABug() => Assert.Throws<ArgumentOutOfRangeException>(() => _driver.Show(new byte[1023]));

    [Fact]
    public void SwitchOff_PanelThatIsOn_IsOff()
    {
        _driver.Initialize();

        _driver.SwitchOff();

        Assert.False(_chip.IsOn);
    }

    [Fact]
    public void Draw_TooManyAndTooLongLines_AreCut()
    {
        var lines = Enumerable.Repeat(new string('W', 200), 20).ToArray();

        var picture = Ssd1306Display.Draw([.. lines]);

        Assert.Equal(Ssd1306.PictureLength, picture.Length);
        Assert.Equal(0, picture[^1]); // 21 letters of six columns leave two.
    }

    [Fact]
    public void Draw_SmallLettersAndUnknownOnes_ShowAsCapitalsAndQuestionMarks()
    {
        Assert.Equal(Ssd1306Display.Draw(["LIST 12"]), Ssd1306Display.Draw(["list 12"]));
        Assert.Equal(Ssd1306Display.Draw(["?"]), Ssd1306Display.Draw(["é"]));
    }

    /// <summary>The letters are read as people see them.</summary>
    [Fact]
    public void Draw_AnL_LooksLikeOne()
    {
        var picture = Ssd1306Display.Draw(["L"]);

        string[] rows = [.. Enumerable.Range(0, 7).Select(y => string.Concat(Enumerable.Range(0, 5).Select(x => (picture[x] & (1 << y)) != 0 ? '#' : ' ')))];
        Assert.Equal(["#    ", "#    ", "#    ", "#    ", "#    ", "#    ", "#####"], rows);
    }

    [Fact]
    public void Display_HasTheColumnsOfItsPort() =>
        Assert.Equal(Ssd1306.Width / (StatusFont.GlyphWidth + 1), IStatusDisplay.ColumnCount);
}
