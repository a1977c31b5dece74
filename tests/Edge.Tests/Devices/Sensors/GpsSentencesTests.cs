using System.Text;
using EdgeCheckpoint.Devices.Sensors.Gps;

namespace EdgeCheckpoint.Edge.Tests.Devices.Sensors;

public sealed class GpsSentencesTests
{
    private readonly GpsSentences _sentences = new();

    [Fact]
    public void Take_GgaThenRmc_GivesTimePlaceAndSatellites()
    {
        Assert.Null(Take("GPGGA,084107.00,1230.0000,N,04515.0000,E,1,08,1.0,12.3,M,,M,,"));

        var fix = Take("GPRMC,084107.25,A,1230.0000,N,04515.0000,W,0.1,,301126,,,A");

        Assert.NotNull(fix);
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 8, 41, 7, 250, TimeSpan.Zero), fix.Value.Time);
        Assert.Equal(new GpsPosition(12.5, -45.25), fix.Value.Position);
        Assert.Equal(8, fix.Value.SatelliteCount);
    }

    [Theory]
    [InlineData("GNRMC,084107,A,,,,,,,301126,,,A")]
    [InlineData("GLRMC,235960.00,A,,,,,,,311226,,,A")]
    public void Take_RmcWithoutAPlace_GivesTheTime(string body)
    {
        var fix = Take(body);

        Assert.NotNull(fix);
        Assert.Null(fix.Value.Position);
    }

    [Theory]
    [InlineData("GPRMC,084107.00,V,1230.0000,N,04515.0000,E,,,301126,,,N")]
    [InlineData("GPRMC,,A,,,,,,,301126,,,A")]
    [InlineData("GPRMC,084107.00,A,,,,,,,,,,A")]
    [InlineData("GPRMC,246107.00,A,,,,,,,301126,,,A")]
    [InlineData("GPRMC,084107.00,A,,,,,,,310226,,,A")]
    [InlineData("GPRMC,084107.00,A,,,,,,,001326,,,A")]
    [InlineData("GPRMC,084107.x0,A,,,,,,,301126,,,A")]
    [InlineData("GPRMC,08410a.00,A,,,,,,,301126,,,A")]
    [InlineData("GPRMC,120000.9e13,A,,,,,,,301126,,,A")]
    [InlineData("GPRMC,120000.5e12,A,,,,,,,301126,,,A")]
    [InlineData("GPRMC,120000.25e9,A,,,,,,,301126,,,A")]
    [InlineData("GPRMC,120000.-5,A,,,,,,,301126,,,A")]
    [InlineData("GNRMC,120000.00,A,,,,,,,301126,,,E")]
    [InlineData("GNRMC,120000.00,A,,,,,,,301126,,,S")]
    [InlineData("GNRMC,120000.00,A,,,,,,,301126,,,N")]
    [InlineData("GPRMC")]
    [InlineData("GPTXT,01,01,02,hello")]
    public void Take_WithoutATimeThatCanBe_GivesNothing(string body) => Assert.Null(Take(body));

    [Theory]
    [InlineData("9100.0000,N,04515.0000,E")]
    [InlineData("1260.0000,N,04515.0000,E")]
    [InlineData("1230.0000,X,04515.0000,E")]
    [InlineData("1230.0000,N,18100.0000,E")]
    [InlineData("12,N,045,E")]
    public void Take_PlaceThatCannotBe_GivesNoPlace(string place) =>
        Assert.Null(Take($"GPRMC,084107.00,A,{place},,,301126,,,A")!.Value.Position);

    [Theory]
    [InlineData("$GPRMC,084107,A,,,,,,,301126,,,A*00")]
    [InlineData("$GPRMC,084107,A,,,,,,,301126,,,A")]
    [InlineData("GPRMC,084107,A,,,,,,,301126,,,A*00")]
    [InlineData("$*00")]
    [InlineData("$GPRM*XX")]
    [InlineData("")]
    public void Take_WithoutARightChecksum_IsNoSentence(string line)
    {
        Assert.Null(_sentences.Take(Encoding.ASCII.GetBytes(line)));
        Assert.Equal(0, _sentences.SentenceCount);
    }

    /// <summary>Typed in (7), simulated (8) or reckoned (6) is no fix.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Take_GgaWithoutAFixOfTheSky_HasNoSatellites(int quality)
    {
        Take($"GPGGA,084107.00,1230.0000,N,04515.0000,E,{quality},08,1.0,12.3,M,,M,,");

        Assert.Null(Take("GPRMC,084107,A,,,,,,,301126,,,A")!.Value.SatelliteCount);
    }

    [Fact]
    public void Take_AnyBytesAtAll_NeverThrows()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var good = Encoding.ASCII.GetBytes("$GPRMC,084107.25,A,1230.0000,N,04515.0000,W,0.1,,301126,,,A*00");
        var buffer = new GpsLineBuffer();
        for (var i = 0; i < 20_000; i++)
        {
            var line = good.ToArray();
            for (var flips = random.Next(6); flips >= 0; flips--)
                line[random.Next(line.Length)] = (byte)random.Next(256);
            Repair(line);
            foreach (var value in line)
            {
                if (buffer.Push(value))
                    _sentences.Take(buffer.Line);
            }

            if (buffer.Push((byte)'\n'))
                _sentences.Take(buffer.Line);
        }
    }

    [Fact]
    public void LineBuffer_NoiseWithoutLineEnds_IsDroppedAndTheNextSentenceRead()
    {
        var buffer = new GpsLineBuffer();
        for (var i = 0; i < 10_000; i++)
            Assert.False(buffer.Push((byte)'x'));
        Assert.False(buffer.Push((byte)'\n'));

        foreach (var value in "torn$GPTXT,1*2C"u8)
            Assert.False(buffer.Push(value));

        Assert.True(buffer.Push((byte)'\r'));
        Assert.Equal("$GPTXT,1*2C", Encoding.ASCII.GetString(buffer.Line));
        Assert.False(buffer.Push((byte)'\n'));
    }

    private GpsFix? Take(string body)
    {
        var line = Encoding.ASCII.GetBytes($"${body}*00");
        Repair(line);
        return _sentences.Take(line);
    }

    /// <summary>Writes the checksum that the line should have.</summary>
    private static void Repair(byte[] line)
    {
        byte sum = 0;
        foreach (var value in line.AsSpan(1, line.Length - 4))
            sum ^= value;
        Encoding.ASCII.GetBytes($"*{sum:X2}").CopyTo(line, line.Length - 3);
    }
}
