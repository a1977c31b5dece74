using CsCheck;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class JoinTicketCodeTests
{
    private const string Address = "https://central.example:7443";

    private static readonly RootFixtures Site = new();
    private static readonly SignedMetadata SignedRoot = Site.Sign(Site.Root());
    private static readonly DateTimeOffset Issued = new(2026, 11, 29, 8, 5, 0, TimeSpan.Zero);

    [Fact]
    public void Read_WhatWasPrinted_GivesTheCodeBack()
    {
        var code = Code();

        var (read, address) = JoinTicketCode.Read(code.Encode().ToLowerInvariant().Replace('-', ' ')).Value;

        Assert.Null(address);
        Assert.Equal((code.TicketId, Issued), (read.TicketId, read.IssuedAt));
        Assert.Equal(code.Secret.ToArray(), read.Secret.ToArray());
        Assert.True(read.Fits(Site.Root()));
        Assert.Equal(12, code.Encode().Split('-').Length);
    }

    [Theory]
    [InlineData("https://central.example:7443")]
    [InlineData("https://[2001:db8::1]:7443")]
    [InlineData("https://192.0.2.7:7443")]
    public void Read_TextOfTheQrCode_GivesTheAddressToo(string address)
    {
        var (read, found) = JoinTicketCode.Read(Code().ToQrText(address)).Value;

        Assert.Equal(address, found);
        Assert.Equal("t-00112233445566ff", read.TicketId);
    }

    [Fact]
    public void Read_AnySymbolMistyped_NamesItsGroup()
    {
        var text = Code().Encode().Replace("-", "", StringComparison.Ordinal);

        Gen.Select(Gen.Int[0, text.Length - 1], Gen.Char["0123456789ABCDEFGHJKMNPQRSTVWXYZ"]).Sample((at, symbol) =>
        {
            if (text[at] == symbol)
                return;
            var mistyped = text[..at] + symbol + text[(at + 1)..];
            Assert.False(JoinTicketCode.Read(mistyped).TryGet(out _, out var problem));
            Assert.Contains($"Group {(at / 7) + 1} of 12", problem, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Read_AnyText_NeverThrows() =>
        Gen.String[Gen.Char, 0, 200].Sample(static text => JoinTicketCode.Read(text).IsSuccess || true);

    [Theory]
    [InlineData("", "84 symbols in 12 groups")]
    [InlineData("ECJ1:", "no https address")]
    [InlineData("ECJ1:0000000+http://central.example", "no https address")]
    [InlineData("ECJ1:0000000+https://central.example", "84 symbols in 12 groups")]
    [InlineData("UUUUUUU", "'U' is no symbol")]
    public void Read_SomethingElse_SaysWhatIsWrong(string text, string expected)
    {
        Assert.False(JoinTicketCode.Read(text).TryGet(out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4_222_846_079, true)] // the last minute of 9998
    [InlineData(4_222_846_080, false)]
    [InlineData(uint.MaxValue, false)]
    public void Read_TimeBeyondTheCalendar_IsRefusedAndNeverThrown(uint minutes, bool isTaken)
    {
        var bytes = new byte[45];
        bytes[0] = 1;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(41), minutes);

        var read = JoinTicketCode.Read(EdgeCheckpoint.Codes.TypedCode.Encode(bytes));

        Assert.Equal(isTaken, read.IsSuccess);
        Assert.True(isTaken || read.Failure.Contains("a time that cannot be", StringComparison.Ordinal));
    }

    [Fact]
    public void ToTicket_RootsFromThePinnedOne_GivesATicketUnderTheNewest()
    {
        var ticket = Code().ToTicket([SignedRoot], Address).Value;

        Assert.Equal((Address, 1UL), (ticket.CentralAddress, ticket.RootMetadata.Version));
        Assert.Equal(Issued, ticket.IssuedAt);
    }

    [Fact]
    public void ToTicket_RootOfAnotherSite_IsRefused()
    {
        using var other = new RootFixtures();

        Assert.False(Code().ToTicket([other.Sign(other.Root())], Address).TryGet(out _, out var problem));
        Assert.Contains("not the central of the ticket", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ToTicket_NoRoot_IsRefused() =>
        Assert.Contains("cannot be trusted", Code().ToTicket([], Address).Failure, StringComparison.Ordinal);

    [Fact]
    public void Of_TicketOfAnOlderProgram_SaysThatItHasNoCode() =>
        Assert.Throws<ArgumentException>(() => JoinTicketCode.Of(Ticket(new byte[32])));

    private static JoinTicketCode Code() => JoinTicketCode.Of(Ticket([.. Enumerable.Range(1, 16).Select(static i => (byte)i)]));

    private static JoinTicket Ticket(byte[] secret) => new()
    {
        Form = JoinTicket.CurrentForm,
        TicketId = "t-00112233445566ff",
        Secret = secret,
        CentralAddress = Address,
        Root = SignedRoot,
        PostName = "Utopia North",
        HardwareSerial = "",
        IssuedAt = Issued,
        ExpiresAt = Issued.AddHours(72),
    };
}
