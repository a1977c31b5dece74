using System.Security.Cryptography;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.People;

public sealed class PostSecretTests
{
    private static readonly byte[] Device = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
    private static readonly byte[] Person = [.. Enumerable.Range(0, 32).Select(static i => (byte)(200 - i))];

    [Fact]
    public void Cover_WithHalfTheSecretOrForAnotherRelease_DoesNotGiveTheKey()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var release = Guid.NewGuid();
        byte[] covered = [.. key];
        using var secret = new PostSecret(Device, Person, "ap-1");
        secret.Cover(release, covered);
        Assert.NotEqual(key, covered);

        Assert.NotEqual(key, Uncovered(new byte[32], Person, "ap-1", release));
        Assert.NotEqual(key, Uncovered(Device, new byte[32], "ap-1", release));
        Assert.NotEqual(key, Uncovered(Device, Person, "ap-2", release));
        Assert.NotEqual(key, Uncovered(Device, Person, "ap-1", Guid.NewGuid()));
        Assert.Equal(key, Uncovered(Device, Person, "ap-1", release));

        byte[] Uncovered(byte[] device, byte[] person, string appliance, Guid id)
        {
            byte[] bytes = [.. covered];
            using var other = new PostSecret(device, person, appliance);
            other.Cover(id, bytes);
            return bytes;
        }
    }

    [Fact]
    public void JournalKey_OfTheSameHalves_IsTheSameAndOpensWhatIsWrappedToIt()
    {
        using var first = new PostSecret(Device, Person, "ap-1");
        using var second = new PostSecret(Device, Person, "ap-1");
        using var other = new PostSecret(Person, Device, "ap-1");
        using var key = first.JournalKey();
        using var again = second.JournalKey();
        using var foreign = other.JournalKey();
        var record = PersonalSeal.NewKey();
        var wrapped = KeyWrap.Wrap(key.PublicKeySpki.Span, record, [1]);

        Assert.Equal(key.PublicKeySpki.ToArray(), again.PublicKeySpki.ToArray());
        Assert.Equal(record, KeyWrap.Unwrap(again, wrapped, [1]).Value);
        Assert.False(KeyWrap.Unwrap(foreign, wrapped, [1]).IsSuccess);
    }

    [Fact]
    public void Constructor_HalfOfAnotherLength_Throws() =>
        Assert.Throws<ArgumentException>(static () => new PostSecret(new byte[31], Person, "ap-1"));

    [Fact]
    public void BadgeCode_Misread_IsRefused()
    {
        var code = BadgeCode.Create();
        Assert.True(BadgeCode.TryNormalise($" {code.ToLowerInvariant()} ", out var normal));
        Assert.Equal(code, normal);
        Assert.False(BadgeCode.TryNormalise(code[3..], out _));
        Assert.False(BadgeCode.TryNormalise(code[..^1], out _));
        Assert.False(BadgeCode.TryNormalise(null, out _));
    }
}
