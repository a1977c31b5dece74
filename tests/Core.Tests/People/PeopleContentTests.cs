using System.Security.Cryptography;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.People;

public sealed class PeopleContentTests
{
    private const string ApplianceId = "ap-1";
    private const string Secret = "quiet harbour lantern";

    private static readonly PostAccount Officer = PostAccount.Create(
        "OFF-17", "A. Marlow", PostRole.Officer, SignInMethod.Passphrase, new DateOnly(2027, 6, 30), Secret, "");

    [Fact]
    public void Parse_EveryTruncation_IsRefused()
    {
        var bytes = Content(Granted(Officer)).Encode();

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.False(PeopleContent.Parse(bytes.AsMemory(0, length), ApplianceId).IsSuccess));
    }

    [Fact]
    public void Parse_AnyByteChanged_NeverThrows()
    {
        var bytes = Content(Granted(Officer)).Encode();
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var mask in (byte[])[1, 0x80, 0xFF])
            {
                bytes[i] ^= mask;
                _ = PeopleContent.Parse(bytes, ApplianceId).IsSuccess;
                bytes[i] ^= mask;
            }
        }

        Assert.True(PeopleContent.Parse(bytes, ApplianceId).IsSuccess);
    }

    [Fact]
    public void Parse_AnotherAppliance_IsRefused() =>
        Assert.Contains("another appliance", PeopleContent.Parse(Content(Granted(Officer)).Encode(), "ap-2").Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_OneStaffNumberTwice_IsRefused() =>
        Assert.Contains(
            "OFF-17 stands twice",
            PeopleContent.Parse(Content(Granted(Officer), Granted(Officer)).Encode(), ApplianceId).Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_OfficerWithoutGrantOrTechnicianWithOne_IsRefused()
    {
        Assert.Contains("needs part", PeopleContent.Parse(Content(Officer).Encode(), ApplianceId).Failure.Reason, StringComparison.Ordinal);
        var technician = Granted(Officer with { Role = PostRole.Technician });
        Assert.Contains("has no part", PeopleContent.Parse(Content(technician).Encode(), ApplianceId).Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(KeyStretching.IterationsMin - 1)]
    [InlineData(KeyStretching.IterationsMax + 1)]
    public void Parse_TooFewOrTooManyRounds_IsRefused(int rounds)
    {
        var weak = Granted(Officer) with { Stretching = Officer.Stretching with { Iterations = rounds } };

        Assert.Contains("rounds", PeopleContent.Parse(Content(weak).Encode(), ApplianceId).Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("off-17")]
    [InlineData("O")]
    [InlineData("OFF 17")]
    public void Parse_StaffNumberInAnotherForm_IsRefused(string staffNumber) =>
        Assert.False(PeopleContent.Parse(Content(Granted(Officer) with { StaffNumber = staffNumber }).Encode(), ApplianceId).IsSuccess);

    [Fact]
    public void Parse_UnknownRole_IsRefused() =>
        Assert.False(PeopleContent.Parse(Content(Granted(Officer) with { Role = (PostRole)9 }).Encode(), ApplianceId).IsSuccess);

    [Fact]
    public void Parse_WhatWasEncoded_GivesItBack()
    {
        var read = PeopleContent.Parse(Content(Granted(Officer)).Encode(), ApplianceId).Value.Find("OFF-17")!;

        Assert.Equal(("A. Marlow", PostRole.Officer, new DateOnly(2027, 6, 30)), (read.Name, read.Role, read.ExpiresOn!.Value));
        Assert.Equal(Granted(Officer).Encode().Length, read.Encode().Length);
        using var pair = read.Open(Secret, "");
        Assert.NotNull(pair);
    }

    [Fact]
    public void Open_WrongSecretOrSealMovedToAnotherAccount_OpensNothing()
    {
        Assert.Null(Officer.Open("quiet harbour Lantern", ""));
        Assert.Null((Officer with { StaffNumber = "OFF-18" }).Open(Secret, ""));
    }

    [Theory]
    [InlineData(SignInMethod.Passphrase, "eleven char", false)]
    [InlineData(SignInMethod.Passphrase, "twelve chars", true)]
    [InlineData(SignInMethod.Passphrase, "café au lait", false)]
    [InlineData(SignInMethod.Passphrase, "tab\tin the middle", false)]
    [InlineData(SignInMethod.PinAndBadge, "407", false)]
    [InlineData(SignInMethod.PinAndBadge, "4071", true)]
    [InlineData(SignInMethod.PinAndBadge, "４０７１", false)]
    [InlineData(SignInMethod.PinAndBadge, "407a", false)]
    public void IsSecret_ShortOrTypedDifferentlyElsewhere_IsNone(SignInMethod method, string secret, bool expected) =>
        Assert.Equal(expected, SignInSecret.IsSecret(method, secret));

    private static PostAccount Granted(PostAccount account) => account with { Grant = new byte[KeyWrap.Length] };

    private static PeopleContent Content(params PostAccount[] accounts) => new()
    {
        ApplianceId = ApplianceId,
        Version = 3,
        IssuedAtUnixMicroseconds = 1,
        DeviceHalf = RandomNumberGenerator.GetBytes(PostSecret.HalfLength),
        JournalPublicKeySpki = Officer.PublicKeySpki,
        Accounts = [.. accounts],
    };
}
