using EdgeCheckpoint.Bench.Mcp2221;
using EdgeCheckpoint.Devices.Simulated.I2c;

namespace EdgeCheckpoint.Board.Tests.Mcp2221;

/// <summary>The bridge against its datasheet (DS20005292 §3.1), report by report.</summary>
public sealed class Mcp2221BridgeTests : IDisposable
{
    private const byte Address = 0x68;
    private const int RegisterCount = 100;

    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedRegisterChip _chip = new(RegisterCount);
    private readonly Mcp2221Bridge _bridge;

    public Mcp2221BridgeTests()
    {
        _bus.Fit(Address, _chip);
        _bridge = new Mcp2221Bridge(_bus);
    }

    [Fact]
    public void Write_ToAnAbsentAddress_IsTakenAndThenNotAcknowledged()
    {
        Assert.Equal(0, _bridge.Answer([0x90, 1, 0, 0x11 << 1, 0])[1]);

        var status = _bridge.Answer([0x10]);

        Assert.Equal((0x25, 0x40), (status[8], status[20]));
    }

    [Fact]
    public void Read_OfAnAbsentAddress_GivesNoData()
    {
        _bridge.Answer([0x91, 2, 0, (0x11 << 1) | 1]);

        var data = _bridge.Answer([0x40]);

        Assert.Equal((0x41, 127), (data[1], data[3]));
    }

    [Fact]
    public void Cancel_AfterAFailure_FreesTheBusOnce()
    {
        _bridge.Answer([0x90, 1, 0, 0x11 << 1, 0]);

        Assert.Equal(0x10, _bridge.Answer([0x10, 0, 0x10])[2]);
        Assert.Equal((0x11, 0), (_bridge.Answer([0x10, 0, 0x10])[2], _bridge.Answer([0x10])[8]));
    }

    [Fact]
    public void Speed_SetWhileATransferHasFailed_IsRefused()
    {
        Assert.Equal((0x20, 26), (_bridge.Answer([0x10, 0, 0, 0x20, 26])[3], _bridge.Answer([0x10])[14]));
        _bridge.Answer([0x90, 1, 0, 0x11 << 1, 0]);

        Assert.Equal((0x21, 26), (_bridge.Answer([0x10, 0, 0, 0x20, 100])[3], _bridge.Answer([0x10])[14]));
    }

    [Fact]
    public void Bus_HeldLow_TimesOutAndShowsItsLines()
    {
        _bus.IsStuck = true;
        _bridge.Answer([0x90, 1, 0, Address << 1, 0]);

        var status = _bridge.Answer([0x10]);

        Assert.Equal((0x23, 0, 0), (status[8], status[22], status[23]));
    }

    [Fact]
    public void Chip_ThatRefusesAByte_IsToldApartFromAnAbsentOne()
    {
        _bridge.Answer([0x90, 1, 0, Address << 1, RegisterCount]);

        var status = _bridge.Answer([0x10]);

        Assert.Equal((0x45, 0), (status[8], status[20]));
    }

    [Fact]
    public void Write_LongerThanAReport_ReachesTheChipWholeAndOnce()
    {
        byte[] payload = [0, .. Enumerable.Range(1, 99).Select(static i => (byte)i)];

        _bridge.Answer([0x90, 100, 0, Address << 1, .. payload[..60]]);
        Assert.Equal(0, _bus.TransferCount);
        _bridge.Answer([0x90, 100, 0, Address << 1, .. payload[60..]]);

        Assert.Equal(1, _bus.TransferCount);
        Assert.Equal(payload[1..], _chip.Registers[..99].ToArray());
    }

    [Fact]
    public void Read_LongerThanAReport_ComesInPartsAfterARepeatedStart()
    {
        for (var i = 0; i < RegisterCount; i++)
            _chip.Registers[i] = (byte)(i + 1);
        _bridge.Answer([0x94, 1, 0, Address << 1, 10]);
        Assert.Equal(0, _bridge.Answer([0x93, 70, 0, (Address << 1) | 1])[1]);

        var first = _bridge.Answer([0x40]);
        var second = _bridge.Answer([0x40]);

        Assert.Equal((0, 0x54, 60), (first[1], first[2], first[3]));
        Assert.Equal((0, 0x55, 10), (second[1], second[2], second[3]));
        Assert.Equal([.. Enumerable.Range(11, 70).Select(static i => (byte)i)], (byte[])[.. first[4..64], .. second[4..14]]);
        Assert.Equal(0x41, _bridge.Answer([0x40])[1]);
    }

    [Fact]
    public void Read_WhileAWriteIsUnfinished_FindsTheEngineBusy()
    {
        _bridge.Answer([0x90, 100, 0, Address << 1, 0]);

        Assert.Equal(1, _bridge.Answer([0x91, 1, 0, (Address << 1) | 1])[1]);
    }

    [Fact]
    public void Pin_ThatIsAnInput_KeepsWhatIsLaidOnItAndTakesNoLevel()
    {
        _bridge.Answer([0x50, 0, 0, 0, 1, 1, 0, 0, 1, 0]);
        _bridge[0] = true;

        _bridge.Answer([0x50, 0, 1, 0, 0, 0, 1, 1]);

        var pins = _bridge.Answer([0x51]);
        Assert.Equal([1, 1, 1, 0], pins[2..6]);
        Assert.True(_bridge[0] && _bridge[1]);
    }

    [Fact]
    public void Pin_ThatIsAnOutput_IsNotMovedFromOutside()
    {
        _bridge.Answer([0x50, 0, 0, 0, 1, 0]);

        _bridge[0] = true;

        Assert.False(_bridge[0]);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x60 })]
    [InlineData(new byte[] { 0xB0, 1 })]
    [InlineData(new byte[] { 0xFF })]
    public void Report_ThatIsShortOrUnknown_IsAnsweredByItsCode(byte[] command)
    {
        var answer = _bridge.Answer(command);

        Assert.Equal(Mcp2221Bridge.ReportBytes, answer.Length);
        Assert.Equal(command.FirstOrDefault(), answer[0]);
    }

    public void Dispose() => _bus.Dispose();
}
