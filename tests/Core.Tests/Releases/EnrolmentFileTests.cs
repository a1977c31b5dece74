using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class EnrolmentFileTests
{
    private static readonly byte[] Message = [.. Enumerable.Range(0, 200).Select(static i => (byte)i)];

    [Fact]
    public void Read_WhatWasWritten_GivesTheMessageBack() =>
        Assert.Equal(Message, EnrolmentFile.Read(EnrolmentFileKind.Bundle, EnrolmentFile.Write(EnrolmentFileKind.Bundle, Message)).Value);

    [Fact]
    public void Read_CutAtEveryByte_IsRefused()
    {
        var file = EnrolmentFile.Write(EnrolmentFileKind.Request, Message);

        for (var length = 0; length < file.Length; length++)
            Assert.False(EnrolmentFile.Read(EnrolmentFileKind.Request, file.AsSpan(0, length)).IsSuccess);
    }

    [Fact]
    public void Read_AnyBitFlipped_IsRefused()
    {
        var file = EnrolmentFile.Write(EnrolmentFileKind.Request, Message);

        for (var bit = 0; bit < file.Length * 8; bit++)
        {
            var damaged = file.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(EnrolmentFile.Read(EnrolmentFileKind.Request, damaged).IsSuccess);
        }
    }

    [Fact]
    public void Read_TheOtherKind_SaysSo() =>
        Assert.Contains(
            "no bundle of central",
            EnrolmentFile.Read(EnrolmentFileKind.Bundle, EnrolmentFile.Write(EnrolmentFileKind.Request, Message)).Failure,
            StringComparison.Ordinal);

    [Fact]
    public void Read_TooLarge_IsRefusedUnread() =>
        Assert.Contains("at most", EnrolmentFile.Read(EnrolmentFileKind.Bundle, new byte[EnrolmentFile.BytesMax + 1]).Failure, StringComparison.Ordinal);
}
