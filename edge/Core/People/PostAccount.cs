using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.People;

/// <summary>
/// A person's account as the posts carry it: who it is, what it may do, and a key pair whose private half opens with the
/// sign-in secret alone. The half of the post's secret that a person brings is wrapped to that key pair.
/// </summary>
public sealed record PostAccount
{
    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'N', 1];

    /// <summary>In capitals (<see cref="People.StaffNumber"/>).</summary>
    public required string StaffNumber { get; init; }

    /// <summary>Name for screens.</summary>
    public required string Name { get; init; }

    public required PostRole Role { get; init; }

    public required SignInMethod Method { get; init; }

    /// <summary>The account ends before this day; null for no end. A doubtful clock ends nothing.</summary>
    public DateOnly? ExpiresOn { get; init; }

    public required KeyStretching Stretching { get; init; }

    /// <summary>SubjectPublicKeyInfo, P-256.</summary>
    public required ReadOnlyMemory<byte> PublicKeySpki { get; init; }

    /// <summary>The private number, sealed under the key of the sign-in secret (<see cref="PersonalSeal"/>).</summary>
    public required ReadOnlyMemory<byte> SealedPrivateKey { get; init; }

    /// <summary>The person's half of the post's secret, wrapped to <see cref="PublicKeySpki"/>; empty for those who see no travellers, and at central.</summary>
    public ReadOnlyMemory<byte> Grant { get; init; }

    /// <summary>Makes an account with a fresh key pair.</summary>
    /// <param name="secret">Passphrase or PIN (<see cref="SignInSecret.IsSecret"/>).</param>
    /// <param name="badge">The badge's code in its one form; empty for a passphrase.</param>
    public static PostAccount Create(
        string staffNumber, string name, PostRole role, SignInMethod method, DateOnly? expiresOn, string secret, string badge)
    {
        var stretching = KeyStretching.Create();
        using var pair = PrivateScalar.Create();
        var key = SignInSecret.ToKey(stretching, secret, badge);
        var number = pair.Export();
        var account = new PostAccount
        {
            StaffNumber = staffNumber,
            Name = name,
            Role = role,
            Method = method,
            ExpiresOn = expiresOn,
            Stretching = stretching,
            PublicKeySpki = pair.PublicKeySpki,
            SealedPrivateKey = PersonalSeal.Seal(key, SealContext(staffNumber), number),
        };
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(number);
        return account;
    }

    /// <summary>
    /// Opens the key pair with what the person entered; null when that is wrong. Takes as long for a wrong secret as for the
    /// right one.
    /// </summary>
    public PrivateScalar? Open(string secret, string badge)
    {
        var key = SignInSecret.ToKey(Stretching, secret, Method == SignInMethod.PinAndBadge ? badge : "");
        try
        {
            if (!PersonalSeal.Open(key, SealContext(StaffNumber), SealedPrivateKey.Span).TryGet(out var number, out _))
                return null;
            var pair = PrivateScalar.Import(number);
            CryptographicOperations.ZeroMemory(number);
            return pair;
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The canonical bytes, within <see cref="PeopleContent"/>.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Mark)
            .Text(1, StaffNumber)
            .Text(2, Name)
            .Byte(3, (byte)Role)
            .Byte(4, (byte)Method)
            .UInt32(5, (uint)Stretching.Iterations)
            .Bytes(6, Stretching.Salt.Span)
            .Bytes(7, PublicKeySpki.Span)
            .Bytes(8, SealedPrivateKey.Span);
        if (ExpiresOn is { } day)
            writer.UInt32(9, (uint)day.DayNumber);
        if (!Grant.IsEmpty)
            writer.Bytes(10, Grant.Span);
        return writer.ToArray();
    }

    /// <summary>Reads an account as a post carries it: whoever sees travellers has a grant, and nobody else.</summary>
    public static Result<PostAccount, string> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!ParseAtCentral(bytes).TryGet(out var account, out var problem))
            return problem;
        return account.Grant.IsEmpty == account.Role.SeesTravellers()
            ? $"{account.StaffNumber}: a {account.Role.Word()} {(account.Grant.IsEmpty ? "needs" : "has no")} part of the post's secret"
            : account;
    }

    /// <summary>
    /// Reads an account as central keeps it, mostly without a grant. Every field is checked, since an account that half reads
    /// would lock somebody out unseen.
    /// </summary>
    public static Result<PostAccount, string> ParseAtCentral(ReadOnlyMemory<byte> bytes)
    {
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return problem;
        if (!(reader.TryByte(3, out var role) & reader.TryByte(4, out var method) & reader.TryUInt32(5, out var iterations)
            & reader.TryBytes(6, KeyStretching.SaltLength, out var salt) & reader.TryBytes(7, out var spki) & reader.TryBytes(8, out var sealedKey)
            & reader.IsAbsentOr(9, sizeof(uint)) & reader.IsAbsentOr(10, KeyWrap.Length)))
        {
            return "a compulsory field is missing or has the wrong length";
        }

        if (!People.StaffNumber.TryNormalise(reader.Text(1), out var staffNumber) || staffNumber != reader.Text(1))
            return "the staff number is not in its one form";
        if (!Enum.IsDefined((PostRole)role) || !Enum.IsDefined((SignInMethod)method))
            return $"{staffNumber}: this program does not know the role or the way of signing in";
        if (iterations is < KeyStretching.IterationsMin or > KeyStretching.IterationsMax)
            return $"{staffNumber}: {iterations} rounds lie outside {KeyStretching.IterationsMin} to {KeyStretching.IterationsMax}";
        reader.TryBytes(10, out var grant);
        var hasEnd = reader.TryUInt32(9, out var day);
        if (hasEnd && day > DateOnly.MaxValue.DayNumber)
            return $"{staffNumber}: the last day is none";
        return new PostAccount
        {
            StaffNumber = staffNumber,
            Name = reader.Text(2),
            Role = (PostRole)role,
            Method = (SignInMethod)method,
            ExpiresOn = hasEnd ? DateOnly.FromDayNumber((int)day) : null,
            Stretching = new KeyStretching((int)iterations, salt),
            PublicKeySpki = spki,
            SealedPrivateKey = sealedKey,
            Grant = grant,
        };
    }

    private static byte[] SealContext(string staffNumber) => [.. "EdgeCheckpoint account key v1"u8, 0, .. Encoding.UTF8.GetBytes(staffNumber)];
}
