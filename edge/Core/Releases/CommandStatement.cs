using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>What central may tell an appliance to do. Numbers are part of the format.</summary>
public enum CommandKind : byte
{
    /// <summary>Destroy every key and list: the appliance is lost. What central has not received stays, sealed to central.</summary>
    Wipe = 1,
}

/// <summary>
/// A command to one appliance, signed by the policy role (format mark "ECO" 1): numbered, addressed and with an end, so that it
/// can neither be played again nor to somebody else.
/// </summary>
/// <param name="ApplianceId">The one appliance it is for.</param>
/// <param name="Number">Rises within the appliance; each number is carried out once at most.</param>
/// <param name="ExpiresAtUnixMicroseconds">Not carried out after this, by a clock that is trusted.</param>
public sealed record CommandStatement(
    Guid CommandId, string ApplianceId, ulong Number, CommandKind Kind, long IssuedAtUnixMicroseconds, long ExpiresAtUnixMicroseconds)
{
    /// <summary>Largest statement that is read, in bytes.</summary>
    public const int BytesMax = 4096;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'O', 1];

    /// <summary>Canonical bytes that are signed.</summary>
    public byte[] Encode() =>
        new CanonicalWriter(Mark)
            .Guid(1, CommandId)
            .Text(2, ApplianceId)
            .UInt64(3, Number)
            .Byte(4, (byte)Kind)
            .Int64(5, IssuedAtUnixMicroseconds)
            .Int64(6, ExpiresAtUnixMicroseconds)
            .ToArray();

    /// <summary>Reads a command without any check of who made it: who is to sign must see what.</summary>
    public static Result<CommandStatement, ReleaseFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax)
            return new ReleaseFailure(ReleaseStage.Metadata, $"{bytes.Length} bytes are more than {BytesMax}");
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return new ReleaseFailure(ReleaseStage.Metadata, problem);
        if (!(reader.TryGuid(1, out var id) & reader.TryUInt64(3, out var number) & reader.TryByte(4, out var kind)
            & reader.TryInt64(5, out var issued) & reader.TryInt64(6, out var expires)))
        {
            return new ReleaseFailure(ReleaseStage.Metadata, "a compulsory field is missing or has the wrong length");
        }

        return new CommandStatement(id, reader.Text(2), number, (CommandKind)kind, issued, expires);
    }

    /// <summary>Reads a command and checks all that can be checked without a clock: shape, signatures, address.</summary>
    /// <param name="trust">Whom this appliance trusts.</param>
    public static Result<CommandStatement, ReleaseFailure> Verify(
        ReadOnlyMemory<byte> bytes, IReadOnlyList<ReleaseSignature> signatures, ReleaseTrust trust, string applianceId)
    {
        if (!Parse(bytes).TryGet(out var statement, out var malformed))
            return malformed;
        if (trust.CheckSigners(SigningRole.Policy, bytes.Span, signatures) is { } untrusted)
            return untrusted;
        if (statement.ApplianceId != applianceId)
            return new ReleaseFailure(ReleaseStage.Trust, "this command is for another appliance");
        if (!Enum.IsDefined(statement.Kind))
            return new ReleaseFailure(ReleaseStage.Metadata, $"this program does not know commands of kind {(byte)statement.Kind}");
        return statement;
    }
}
