using System.Security.Cryptography;

namespace EdgeCheckpoint.Releases;

/// <summary>What a file of an enrolment without a link holds.</summary>
public enum EnrolmentFileKind
{
    /// <summary>What the appliance asks.</summary>
    Request = 1,

    /// <summary>What central answers.</summary>
    Bundle = 2,
}

/// <summary>
/// The dressing of the files that a technician carries between an appliance without a link and central: eight bytes of name, kind
/// and form, the message as it would be on the wire, and its SHA-256. The hash finds what a stick has spoilt and proves nothing:
/// a request is signed by the appliance's keys, a bundle's certificate by the site's authority.
/// </summary>
public static class EnrolmentFile
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int BytesMax = 1024 * 1024;

    private const byte CurrentForm = 1;
    private const int HeadLength = 8;

    private static ReadOnlySpan<byte> Name => "ECJOIN"u8;

    /// <summary>Dresses a message.</summary>
    public static byte[] Write(EnrolmentFileKind kind, ReadOnlySpan<byte> message) =>
        [.. Name, (byte)kind, CurrentForm, .. message, .. SHA256.HashData(message)];

    /// <summary>Takes a message out.</summary>
    /// <param name="kind">The kind that is expected.</param>
    /// <param name="file">Untrusted bytes.</param>
    /// <returns>The message, or what is wrong, for a technician.</returns>
    public static Result<byte[], string> Read(EnrolmentFileKind kind, ReadOnlySpan<byte> file)
    {
        if (file.Length > BytesMax)
            return $"an enrolment file has at most {BytesMax} bytes, this one has {file.Length}";
        if (file.Length < HeadLength + SHA256.HashSizeInBytes || !file.StartsWith(Name))
            return "this is no enrolment file, or only the beginning of one";
        if (file[HeadLength - 1] != CurrentForm)
            return $"form {file[HeadLength - 1]} is not known; this program reads form {CurrentForm}";
        if (file[HeadLength - 2] != (byte)kind)
            return kind == EnrolmentFileKind.Request ? "this is no request of an appliance, but another enrolment file" : "this is no bundle of central, but another enrolment file";
        var message = file[HeadLength..^SHA256.HashSizeInBytes];
        return SHA256.HashData(message).AsSpan().SequenceEqual(file[^SHA256.HashSizeInBytes..])
            ? message.ToArray()
            : "it was damaged on the way; copy it again";
    }
}
