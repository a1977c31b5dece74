using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class BundleHeadTests
{
    [Fact]
    public void Write_ThenRead_GivesTheLengthsAndBothParts()
    {
        var head = BundleHead.Write([1, 2, 3], [9, 8]);

        Assert.True(BundleHead.TryRead(head.AsSpan(0, BundleHead.Length), out var length));
        Assert.Equal(3u, length);
        Assert.Equal([1, 2, 3, 2, 0, 9, 8], head[BundleHead.Length..]);
    }

    [Fact]
    public void TryRead_OtherLettersOrTooShort_IsNoBundle()
    {
        var head = BundleHead.Write([], [])[..BundleHead.Length];
        for (var at = 0; at < BundleHead.Length - sizeof(uint); at++)
        {
            var changed = head.ToArray();
            changed[at] ^= 1;
            Assert.False(BundleHead.TryRead(changed, out _));
        }

        Assert.False(BundleHead.TryRead(head.AsSpan(1), out _));
        Assert.False(BundleHead.TryRead([], out _));
    }
}
