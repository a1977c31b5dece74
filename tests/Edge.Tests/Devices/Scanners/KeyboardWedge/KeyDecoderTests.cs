using System.Text;
using EdgeCheckpoint.Devices.Scanners.KeyboardWedge;
using EdgeCheckpoint.Devices.Simulated;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners.KeyboardWedge;

public sealed class KeyDecoderTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const ushort Shift = 42;
    private const ushort RightShift = 54;

    /// <summary>Keys for A to Z, numbers of linux/input-event-codes.h written out by hand, so that the tables are not their own witness.</summary>
    public static TheoryData<WedgeLayout, int[], bool, int, bool> Layouts() => new()
    {
        { WedgeLayout.Us, [30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44], false, 51, true },
        { WedgeLayout.Uk, [30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44], false, 51, true },
        { WedgeLayout.Fr, [16, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 39, 49, 24, 25, 30, 19, 31, 20, 22, 47, 44, 45, 21, 17], true, 86, false },
        { WedgeLayout.De, [30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 44, 21], false, 86, false },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Decode_EveryMrzCharacter_ComesFromItsKey(WedgeLayout layout, int[] letters, bool digitsNeedShift, int filler, bool fillerNeedsShift)
    {
        var typist = new Typist(layout);
        for (var index = 0; index < Letters.Length; index++)
        {
            Assert.Equal(char.ToLowerInvariant(Letters[index]).ToString(), typist.Type(letters[index]));
            Assert.Equal(Letters[index].ToString(), typist.Type(letters[index], Shift));
            Assert.Equal(Letters[index].ToString(), typist.Type(letters[index], RightShift));
        }

        for (var digit = 0; digit <= 9; digit++)
        {
            var key = digit == 0 ? 11 : digit + 1;
            Assert.Equal(digit.ToString(System.Globalization.CultureInfo.InvariantCulture), digitsNeedShift ? typist.Type(key, Shift) : typist.Type(key));
        }

        Assert.Equal("<", fillerNeedsShift ? typist.Type(filler, Shift) : typist.Type(filler));
        Assert.Equal("\r", typist.Type(28));
        Assert.Equal("\r", typist.Type(96));
        Assert.Equal("\t", typist.Type(15));
        Assert.Equal(" ", typist.Type(57));
    }

    [Theory]
    [InlineData(WedgeLayout.Us, 12, true, "_")]
    [InlineData(WedgeLayout.Us, 27, false, "]")]
    [InlineData(WedgeLayout.Us, 9, true, "*")]
    [InlineData(WedgeLayout.Us, 7, true, "^")]
    [InlineData(WedgeLayout.Us, 4, true, "#")]
    [InlineData(WedgeLayout.Us, 53, true, "?")]
    [InlineData(WedgeLayout.Us, 41, true, "~")]
    [InlineData(WedgeLayout.Uk, 43, false, "#")]
    [InlineData(WedgeLayout.Uk, 43, true, "~")]
    [InlineData(WedgeLayout.Uk, 86, false, "\\")]
    [InlineData(WedgeLayout.Uk, 40, true, "@")]
    [InlineData(WedgeLayout.Uk, 53, true, "?")]
    [InlineData(WedgeLayout.De, 53, true, "_")]
    [InlineData(WedgeLayout.De, 12, true, "?")]
    [InlineData(WedgeLayout.De, 27, true, "*")]
    [InlineData(WedgeLayout.De, 41, false, "^")]
    [InlineData(WedgeLayout.De, 43, false, "#")]
    [InlineData(WedgeLayout.De, 51, true, ";")]
    [InlineData(WedgeLayout.Fr, 9, false, "_")]
    [InlineData(WedgeLayout.Fr, 50, true, "?")]
    [InlineData(WedgeLayout.Fr, 43, false, "*")]
    [InlineData(WedgeLayout.Fr, 50, false, ",")]
    [InlineData(WedgeLayout.Fr, 51, false, ";")]
    public void Decode_MarksAndPadding_ComeFromTheirKeys(WedgeLayout layout, int key, bool isShifted, string expected) =>
        Assert.Equal(expected, isShifted ? new Typist(layout).Type(key, Shift) : new Typist(layout).Type(key));

    [Fact]
    public void Decode_AltGr_GivesWhatTheLayoutHasThereAndElseNothing()
    {
        Assert.Equal("]", new Typist(WedgeLayout.De).Type(10, 100));
        Assert.Equal("]", new Typist(WedgeLayout.Fr).Type(12, 100));
        Assert.Equal("", new Typist(WedgeLayout.De).Type(48, 100));
        Assert.Equal("", new Typist(WedgeLayout.Us).Type(30, 100));
    }

    [Fact]
    public void Decode_CapsLock_ChangesNoMrzCharacter()
    {
        foreach (var layout in Enum.GetValues<WedgeLayout>())
        {
            var typist = new Typist(layout);
            typist.Type(58);
            Assert.Equal("5", layout == WedgeLayout.Fr ? typist.Type(6) : typist.Type(6)[..1]);
            Assert.Equal("<", layout is WedgeLayout.Us or WedgeLayout.Uk ? typist.Type(51, Shift) : typist.Type(86));
        }
    }

    [Fact]
    public void Decode_CapsLockToggledOrToldByItsLamp_IsOffAgain()
    {
        var typist = new Typist(WedgeLayout.Fr);
        typist.Type(58);
        Assert.Equal("1", typist.Type(2));
        typist.Type(58);
        Assert.Equal("&", typist.Type(2));
        typist.Send(0x11, 1, 1);
        Assert.Equal("1", typist.Type(2));
        typist.Send(0x11, 1, 0);
        Assert.Equal("&", typist.Type(2));
    }

    [Fact]
    public void Decode_Keypad_GivesDigits()
    {
        var typist = new Typist(WedgeLayout.Fr);

        Assert.Equal("0123456789", string.Concat(new[] { 82, 79, 80, 81, 75, 76, 77, 71, 72, 73 }.Select(key => typist.Type(key))));
    }

    [Fact]
    public void Decode_ControlAndLetter_IsTheControlCharacter()
    {
        Assert.Equal("\u0002", new Typist(WedgeLayout.Us).Type(48, 29));
        Assert.Equal("\u0003", new Typist(WedgeLayout.De).Type(46, 97));
    }

    [Fact]
    public void Decode_AltAndKeypad_IsTheCharacterOfThatNumber()
    {
        var typist = new Typist(WedgeLayout.De);
        typist.Send(1, 56, 1);
        foreach (var key in (int[])[82, 77, 82])
            Assert.Equal("", typist.Type(key));

        Assert.Equal("<", typist.Send(1, 56, 0));
        typist.Send(1, 56, 1);
        Assert.Equal("", typist.Send(1, 56, 0));
    }

    [Fact]
    public void Decode_Repetition_IsIgnored()
    {
        var typist = new Typist(WedgeLayout.Us);

        Assert.Equal("a", typist.Send(1, 30, 1));
        Assert.Equal("", typist.Send(1, 30, 2) + typist.Send(1, 30, 2) + typist.Send(1, 30, 0));
    }

    [Fact]
    public void Decode_CharacterNoDocumentHas_IsUnreadableAndNotNothing()
    {
        Assert.Equal("\u00FF", new Typist(WedgeLayout.Fr).Type(3));
        Assert.Equal("\u00FF", new Typist(WedgeLayout.De).Type(26));
    }

    [Theory]
    [InlineData(59)]
    [InlineData(103)]
    [InlineData(125)]
    [InlineData(1)]
    [InlineData(767)]
    public void Decode_KeysThatTypeNothing_AreIgnored(int key) => Assert.Equal("", new Typist(WedgeLayout.Us).Type(key));

    [Fact]
    public void Decode_LostEvents_AreUnreadableUntilTheNextReport()
    {
        var typist = new Typist(WedgeLayout.Us);
        typist.Send(1, Shift, 1);

        Assert.Equal("\u00FF", typist.Send(0, 3, 0));
        Assert.Equal("", typist.Send(1, 30, 1));
        Assert.Equal("", typist.Send(0, 0, 0));
        Assert.Equal("b", typist.Type(48));
    }

    [Fact]
    public async Task Read_EventsLaidOutByHand_GiveTheirCharacters()
    {
        // struct input_event: 16 bytes of time, type, code, value. Shift down, comma down and up, Shift up, A, keypad Enter.
        var hex = """
            A1B2C3D400000000 0102030000000000 0400 0400 33000000
            A1B2C3D400000000 0102030000000000 0100 2A00 01000000
            A1B2C3D400000000 0102030000000000 0000 0000 00000000
            A1B2C3D400000000 0203040000000000 0100 3300 01000000
            A1B2C3D400000000 0203040000000000 0000 0000 00000000
            A1B2C3D400000000 0304050000000000 0100 3300 00000000
            A1B2C3D400000000 0304050000000000 0100 2A00 00000000
            A1B2C3D400000000 0304050000000000 0000 0000 00000000
            A1B2C3D400000000 0405060000000000 0100 1E00 01000000
            A1B2C3D400000000 0405060000000000 0100 1E00 02000000
            A1B2C3D400000000 0405060000000000 0100 1E00 00000000
            A1B2C3D400000000 0506070000000000 0100 6000 01000000
            """;
        var bytes = Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));

        Assert.Equal("<a\r", await ReadAsync(bytes, WedgeLayout.Us, pieceBytes: bytes.Length));
        Assert.Equal("<a\r", await ReadAsync(bytes, WedgeLayout.Us, pieceBytes: 7));
    }

    [Theory]
    [InlineData(WedgeLayout.Us, false)]
    [InlineData(WedgeLayout.Us, true)]
    [InlineData(WedgeLayout.Uk, true)]
    [InlineData(WedgeLayout.Fr, false)]
    [InlineData(WedgeLayout.Fr, true)]
    [InlineData(WedgeLayout.De, true)]
    public async Task Read_TypedDocument_IsTheDocument(WedgeLayout layout, bool isShiftHeld)
    {
        var text = string.Concat(Specimens.Td3.Select(static line => line + "\r"));

        var typed = await ReadAsync(KeystrokeWriter.Compose(text, layout, isShiftHeld), layout, pieceBytes: 1_000);

        Assert.Equal(text, typed);
    }

    private static async Task<string> ReadAsync(byte[] events, WedgeLayout layout, int pieceBytes)
    {
        await using var stream = new KeyboardWedgeStream(new PieceStream(events, pieceBytes), layout);
        var text = new StringBuilder();
        var buffer = new byte[256];
        while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count)
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return text.ToString();
    }

    /// <summary>A stream that gives no more than a few bytes at a time.</summary>
    private sealed class PieceStream(byte[] bytes, int pieceBytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(pieceBytes, buffer.Length)], cancellationToken);
    }

    /// <summary>Sends single events and tells what came of them.</summary>
    private sealed class Typist(WedgeLayout layout)
    {
        private readonly KeyDecoder _decoder = new(KeyMap.Of(layout));

        public string Send(int type, int code, int value) =>
            _decoder.TryDecode(new InputEvent((ushort)type, (ushort)code, value), out var decoded) ? ((char)decoded).ToString() : "";

        public string Type(int key, int modifier = 0)
        {
            if (modifier != 0)
                Send(1, modifier, 1);
            var typed = Send(1, key, 1) + Send(1, key, 0);
            return modifier != 0 ? typed + Send(1, modifier, 0) : typed;
        }
    }
}
