using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Edge.Tests.Devices;
using EdgeCheckpoint.Worker.Scanning;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>What a technician sees, and above all what not.</summary>
public sealed class ReaderListenerTests : IDisposable
{
    /// <summary>An invented person whose invented document is not one of Utopia, so that it must be masked.</summary>
    private static readonly string[] Masked =
    [
        .. MrzWriter.Write(MrzFormat.Td3, new MrzFields
        {
            DocumentCode = "P",
            IssuingState = "XXA",
            DocumentNumber = "QK7730W14",
            Nationality = "XXA",
            BirthDate = PartialDate.From(new DateOnly(1987, 5, 21)),
            ExpiryDate = PartialDate.From(new DateOnly(2032, 2, 9)),
            Sex = 'F',
            Surname = "TARRAGONE",
            GivenNames = "WILMA ODD",
        }),
    ];

    private static readonly string[] Marks = ["TARRAGONE", "WILMA", "QK7730W14", "870521", "1987", "320209", "2032"];

    private readonly StringWriter _output = new();
    private readonly ReaderListener _listener;

    public ReaderListenerTests() => _listener = new ReaderListener(_output, new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero)));

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData(ReaderDressing.ThreeM)]
    [InlineData(ReaderDressing.StxEtx)]
    [InlineData(ReaderDressing.Joined)]
    [InlineData(ReaderDressing.Rows)]
    public void Show_Specimen_IsInClear(ReaderDressing dressing)
    {
        Listen(ReaderMessage.Compose(Specimens.Td3, dressing));

        var shown = _output.ToString();
        Assert.Contains(Specimens.Td3[0] + "\n", shown, StringComparison.Ordinal);
        Assert.Contains("surname       BRANDVOLD", shown, StringComparison.Ordinal);
        Assert.Contains("Td3 strictly valid", shown, StringComparison.Ordinal);
        Assert.Contains("framing a whole document", shown, StringComparison.Ordinal);
        Assert.Contains("09:30:00.000", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_Specimen_HasControlBytesByName()
    {
        Listen(ReaderMessage.Compose(Specimens.Td3, ReaderDressing.ThreeM));

        Assert.Contains("<SOH>c<NUL>OU<STX><NUL>\\rP<UTO", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReaderDressing.ThreeM)]
    [InlineData(ReaderDressing.StxEtx)]
    [InlineData(ReaderDressing.Joined)]
    [InlineData(ReaderDressing.Rows)]
    [InlineData(ReaderDressing.CrLf)]
    public void Show_AnyOtherDocument_IsMaskedAndKeepsItsShape(ReaderDressing dressing)
    {
        Listen(ReaderMessage.Compose(Masked, dressing));

        AssertMasked();
        var shown = _output.ToString();
        Assert.Contains("x<xxxxxxxxxxxx<<xxxxx<xxx<<<<", shown, StringComparison.Ordinal);
        Assert.Contains("issuer XXA", shown, StringComparison.Ordinal);
        Assert.Contains("Td3 strictly valid", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_SpecimenAndAnotherInOneRead_MasksOnlyTheOther()
    {
        Listen([.. ReaderMessage.Compose(Specimens.Td3, ReaderDressing.Bare), .. ReaderMessage.Compose(Masked, ReaderDressing.Bare)]);

        AssertMasked();
        Assert.Contains("BRANDVOLD", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Show_SpecimenAfterTheRestOfAnother_MasksTheBytesOfBoth()
    {
        var framer = new MrzFramer();
        byte[] flood = [.. Enumerable.Repeat((byte)'A', MrzFramer.BytesMax), .. ReaderMessage.Compose(Masked, ReaderDressing.Bare)];

        Listen([.. flood, .. ReaderMessage.Compose(Specimens.Td1, ReaderDressing.StxEtx)], framer);

        AssertMasked();
    }

    [Fact]
    public void Show_RowsSwapped_ShowsNoCharacterAsCodeOrIssuer()
    {
        Listen(ReaderMessage.Compose([Masked[1], Masked[0]], ReaderDressing.Cr));

        var shown = _output.ToString();
        Assert.Contains("code and issuer not readable", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("QK", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("773", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_FirstLineOfASpecimenWithTheSecondOfAnother_IsMasked()
    {
        Listen(ReaderMessage.Compose([Specimens.Td3[0], Masked[1]], ReaderDressing.Cr));

        AssertMasked();
        Assert.DoesNotContain("BRANDVOLD", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(44)]
    [InlineData(60)]
    public void Show_PartOfADocument_IsMasked(int length)
    {
        var framer = new MrzFramer();
        Listen(ReaderMessage.Compose(Masked, ReaderDressing.Bare)[..length], framer);
        framer.OnIdle();
        Assert.True(framer.TryTake(out var scan));
        _listener.Show(scan);

        AssertMasked();
        Assert.Contains("framing Partial", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Show_WrongParity_ShowsNoLetterInHexadecimal()
    {
        var framer = new MrzFramer();
        Listen([.. ReaderMessage.Compose(Masked, ReaderDressing.Cr).Select(static value => (byte)(value | 0x80))], framer);
        framer.OnIdle();
        Assert.True(framer.TryTake(out var scan));
        _listener.Show(scan);

        AssertMasked();
        Assert.DoesNotContain("D4", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("<high>", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Show_BadCheckDigit_SaysWhere()
    {
        var wrong = Specimens.Td3[1].ToCharArray();
        wrong[9] = wrong[9] == '0' ? '1' : '0';

        Listen(ReaderMessage.Compose([Specimens.Td3[0], new string(wrong)], ReaderDressing.Cr));

        Assert.Contains("problem line 2 column 10:", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("not valid", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_AfterNoise_IsShownMasked()
    {
        foreach (var value in "K1\u0006"u8.ToArray())
            _listener.Take(value);
        _listener.Silence();
        _listener.Silence();

        Assert.Equal("09:30:00.000  3 bytes that are no message\n  bytes   x9<ACK>\n", _output.ToString());
    }

    [Fact]
    public void Show_BabblingReader_ShowsABoundedAmount()
    {
        for (var count = 0; count < 100_000; count++)
            _listener.Take((byte)'A');
        _listener.Silence();

        Assert.Contains("and 98976 more", _output.ToString(), StringComparison.Ordinal);
        Assert.True(_output.ToString().Length < 1_200);
    }

    private void Listen(byte[] bytes, MrzFramer? given = null)
    {
        var framer = given ?? new MrzFramer();
        foreach (var value in bytes)
        {
            _listener.Take(value);
            framer.Push([value], 1);
            if (framer.TryTake(out var scan))
                _listener.Show(scan);
        }
    }

    private void AssertMasked()
    {
        foreach (var mark in Marks)
            Assert.DoesNotContain(mark, _output.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
