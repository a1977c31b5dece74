using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

public sealed class PersonalSealTests
{
    private static readonly byte[] Header = RecordFixtures.Header().Encode();
    private static readonly byte[] Personal = RecordFixtures.Personal().Encode();

    [Fact]
    public void SealThenOpen_SameKeyAndHeader_GivesThePartBack()
    {
        var key = PersonalSeal.NewKey();

        Assert.Equal(Personal, PersonalSeal.Open(key, Header, PersonalSeal.Seal(key, Header, Personal)).Value);
    }

    [Fact]
    public void Seal_SamePartTwice_GivesDifferentBytes()
    {
        var key = PersonalSeal.NewKey();

        Assert.NotEqual(PersonalSeal.Seal(key, Header, Personal), PersonalSeal.Seal(key, Header, Personal));
    }

    [Fact]
    public void Open_EveryByteFlipped_IsRefused()
    {
        var key = PersonalSeal.NewKey();
        var sealedBytes = PersonalSeal.Seal(key, Header, Personal);

        for (var index = 0; index < sealedBytes.Length; index++)
        {
            var changed = (byte[])sealedBytes.Clone();
            changed[index] ^= 1;
            Assert.Equal(RecordStage.Seal, PersonalSeal.Open(key, Header, changed).Failure.Stage);
        }
    }

    [Fact]
    public void Open_EveryLength_IsRefused()
    {
        var key = PersonalSeal.NewKey();
        var sealedBytes = PersonalSeal.Seal(key, Header, Personal);

        for (var length = 0; length < sealedBytes.Length; length++)
            Assert.False(PersonalSeal.Open(key, Header, sealedBytes.AsSpan(0, length)).IsSuccess);
    }

    [Fact]
    public void Open_OtherHeader_IsRefused()
    {
        var key = PersonalSeal.NewKey();
        var sealedBytes = PersonalSeal.Seal(key, Header, Personal);

        Assert.False(PersonalSeal.Open(key, RecordFixtures.Header(2).Encode(), sealedBytes).IsSuccess);
    }

    [Fact]
    public void Open_OtherKeyOrKeyOfOtherLength_IsRefused()
    {
        var sealedBytes = PersonalSeal.Seal(PersonalSeal.NewKey(), Header, Personal);

        Assert.False(PersonalSeal.Open(PersonalSeal.NewKey(), Header, sealedBytes).IsSuccess);
        Assert.Contains("32 bytes", PersonalSeal.Open(new byte[16], Header, sealedBytes).Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("32 bytes", PersonalSeal.Open([], Header, sealedBytes).Failure.Reason, StringComparison.Ordinal);
    }
}
