using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.People;

/// <summary>
/// The people of one post, as the segment of a people release (format mark "ECU" 1), sealed to that post's appliance. The
/// state root that is signed is the SHA-256 of these bytes.
/// </summary>
public sealed class PeopleContent
{
    /// <summary>Largest content that is read, in bytes.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    /// <summary>Most accounts at a post.</summary>
    public const int AccountsMax = 2_000;

    private const ushort FirstAccountTag = 1000;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'U', 1];

    /// <summary>The appliance it is for; no other may install it.</summary>
    public required string ApplianceId { get; init; }

    /// <summary>Version of the release; equal to that of its metadata.</summary>
    public required ulong Version { get; init; }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z; the age that is shown counts from here.</summary>
    public required long IssuedAtUnixMicroseconds { get; init; }

    /// <summary>The device's half of the post's secret, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> DeviceHalf { get; init; }

    /// <summary>Public half of the journal key (<see cref="PostSecret.JournalKey"/>): records are sealed to it before anybody signs in.</summary>
    public required ReadOnlyMemory<byte> JournalPublicKeySpki { get; init; }

    public required ImmutableArray<PostAccount> Accounts { get; init; }

    /// <summary>The account of a staff number in its one form; null for none.</summary>
    public PostAccount? Find(string staffNumber) => Accounts.FirstOrDefault(account => account.StaffNumber == staffNumber);

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Mark)
            .Text(1, ApplianceId)
            .UInt64(2, Version)
            .Int64(3, IssuedAtUnixMicroseconds)
            .Bytes(4, DeviceHalf.Span)
            .Bytes(5, JournalPublicKeySpki.Span)
            .UInt16(6, checked((ushort)Accounts.Length));
        for (var i = 0; i < Accounts.Length; i++)
            writer.Bytes(checked((ushort)(FirstAccountTag + i)), Accounts[i].Encode());
        return writer.ToArray();
    }

    /// <summary>The state root of encoded content.</summary>
    public static byte[] RootOf(ReadOnlySpan<byte> encoded) => SHA256.HashData(encoded);

    /// <summary>Reads the content of a release that has been verified.</summary>
    /// <param name="bytes">As opened; checked against the root by the caller.</param>
    /// <param name="applianceId">The appliance that reads.</param>
    public static Result<PeopleContent, ReleaseFailure> Parse(ReadOnlyMemory<byte> bytes, string applianceId)
    {
        if (bytes.Length > BytesMax)
            return Bad($"{bytes.Length} bytes are more than {BytesMax}");
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Bad(problem);
        if (!(reader.TryUInt64(2, out var version) & reader.TryInt64(3, out var issued)
            & reader.TryBytes(4, PostSecret.HalfLength, out var half) & reader.TryBytes(5, out var journal) & reader.TryUInt16(6, out var count)))
        {
            return Bad("a compulsory field is missing or has the wrong length");
        }

        if (reader.Text(1) != applianceId)
            return Bad("these are the people of another appliance");
        var accounts = ImmutableArray.CreateBuilder<PostAccount>();
        for (var i = 0; reader.TryBytes((ushort)(FirstAccountTag + i), out var encoded); i++)
        {
            if (i == AccountsMax)
                return Bad($"more than {AccountsMax} accounts");
            if (!PostAccount.Parse(encoded).TryGet(out var account, out problem))
                return Bad($"account {i}: {problem}");
            if (accounts.Any(known => known.StaffNumber == account.StaffNumber))
                return Bad($"{account.StaffNumber} stands twice");
            accounts.Add(account);
        }

        if (accounts.Count != count || accounts.Count != reader.CountFrom(FirstAccountTag))
            return Bad($"account {accounts.Count} of {count} is missing, or others follow");
        return new PeopleContent
        {
            ApplianceId = applianceId,
            Version = version,
            IssuedAtUnixMicroseconds = issued,
            DeviceHalf = half,
            JournalPublicKeySpki = journal,
            Accounts = accounts.ToImmutable(),
        };
    }

    private static ReleaseFailure Bad(string reason) => new(ReleaseStage.Content, reason);
}
