using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EdgeCheckpoint.Records;

/// <summary>
/// The plain part of a record: identifiers, order, times, actor, kind, outcome and statistical marks; nothing that names
/// a traveller. Its canonical bytes are hashed, signed and stored as they are, for ever (format mark "ECR" 1).
/// </summary>
public sealed class RecordHeader
{
    /// <summary>Largest header that is accepted, in bytes.</summary>
    public const int BytesMax = 4096;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'R', 1];

    /// <summary>Identifier of the record.</summary>
    public required Guid RecordId { get; init; }

    /// <summary>Identifier central gave to the appliance.</summary>
    public required string ApplianceId { get; init; }

    /// <summary>Journal epoch: random, new after every restore and enrolment.</summary>
    public required Guid Epoch { get; init; }

    public required Lane Lane { get; init; }

    /// <summary>Position in the lane; the first is 1. Order is this, never the clock.</summary>
    public required ulong Sequence { get; init; }

    public required RecordKind Kind { get; init; }

    /// <summary>Who acted: a staff number, or "appliance" for the machine itself. Never empty.</summary>
    public required string ActorId { get; init; }

    /// <summary>Wall clock, microseconds since 1970-01-01T00:00:00Z.</summary>
    public required long WallUnixMicroseconds { get; init; }

    /// <summary>Microseconds since the process's time base; comparable within one <see cref="BootId"/>.</summary>
    public required long MonotonicMicroseconds { get; init; }

    public required Guid BootId { get; init; }

    public required ClockQuality ClockQuality { get; init; }

    /// <summary>The encounter this belongs to; null for none.</summary>
    public Guid? EncounterId { get; init; }

    /// <summary>The record this follows from, such as a decision's verdict; null for none.</summary>
    public Guid? RelatedRecordId { get; init; }

    /// <summary>Codes of proposal, outcome and reasons (<c>Core/Decisions/OutcomeCode</c>).</summary>
    public ImmutableArray<ushort> OutcomeCodes { get; init; } = [];

    /// <summary>Three letters as in the document, or empty.</summary>
    public string Nationality { get; init; } = "";

    /// <summary>'M', 'F', 'X', or NUL when not known.</summary>
    public char Sex { get; init; }

    public AgeBand AgeBand { get; init; }

    /// <summary>Version of the watchlist that was used; null when none was.</summary>
    public ulong? ListVersion { get; init; }

    /// <summary>Age of that list in seconds; null when the clock is doubtful or there is no list.</summary>
    public long? ListAgeSeconds { get; init; }

    public RecordFlags Flags { get; init; }

    public SealAlgorithm PersonalAlgorithm { get; init; }

    /// <summary>The second person, where the outcome needs one; or empty.</summary>
    public string SecondActorId { get; init; } = "";

    /// <summary>Name and version of the matching rules, or empty.</summary>
    public string RulesVersion { get; init; } = "";

    /// <summary>
    /// When the traveller crossed by the word of whoever entered it afterwards, microseconds since 1970-01-01T00:00:00Z; null for an entry
    /// made at the crossing. <see cref="WallUnixMicroseconds"/> stays the time of the entry. Of a salvaged record, when what it carries was written.
    /// </summary>
    public long? CrossedUnixMicroseconds { get; init; }

    /// <summary>When that happened of which the record tells, microseconds since 1970-01-01T00:00:00Z.</summary>
    public long HappenedUnixMicroseconds => CrossedUnixMicroseconds ?? WallUnixMicroseconds;

    /// <summary>
    /// Of a record that carries a salvaged one: the kind of what it carries, whose plain marks stand in this header as they stood in its own, so
    /// that lists, retention and alarms do without opening it. Null for other records, and where the salvaged header cannot be read.
    /// </summary>
    public RecordKind? CarriedKind { get; init; }

    /// <summary>What the record tells of: what it carries, else what it is.</summary>
    public RecordKind EffectiveKind => CarriedKind ?? Kind;

    /// <summary>The canonical bytes.</summary>
    /// <exception cref="InvalidOperationException">The header is one that <see cref="Parse"/> refuses: written to the
    /// journal it would hold up its lane for ever.</exception>
    public byte[] Encode()
    {
        if (ActorId.Length == 0 || ApplianceId.Length == 0 || Sequence == 0)
            throw new InvalidOperationException("A record has an actor, an appliance and a sequence number.");
        if (CarriedKind is not null && Kind != RecordKind.Salvaged)
            throw new InvalidOperationException("Only a salvaged record carries another.");
        var writer = new CanonicalWriter(Mark)
            .Guid(1, RecordId)
            .Text(2, ApplianceId)
            .Guid(3, Epoch)
            .Byte(4, (byte)Lane)
            .UInt64(5, Sequence)
            .UInt16(6, (ushort)Kind)
            .Text(7, ActorId)
            .Int64(8, WallUnixMicroseconds)
            .Int64(9, MonotonicMicroseconds)
            .Guid(10, BootId)
            .Byte(11, (byte)ClockQuality);
        if (EncounterId is { } encounter)
            writer.Guid(12, encounter);
        if (RelatedRecordId is { } related)
            writer.Guid(13, related);
        if (!OutcomeCodes.IsEmpty)
            writer.Bytes(14, LittleEndian(OutcomeCodes));
        writer.OptionalText(15, Nationality);
        if (Sex != '\0')
            writer.Byte(16, (byte)Sex);
        if (AgeBand != AgeBand.Unknown)
            writer.Byte(17, (byte)AgeBand);
        if (ListVersion is { } version)
            writer.UInt64(18, version);
        if (ListAgeSeconds is { } age)
            writer.Int64(19, age);
        if (Flags != RecordFlags.None)
            writer.UInt32(20, (uint)Flags);
        if (PersonalAlgorithm != SealAlgorithm.None)
            writer.Byte(21, (byte)PersonalAlgorithm);
        writer.OptionalText(22, SecondActorId).OptionalText(23, RulesVersion);
        if (CrossedUnixMicroseconds is { } crossed)
            writer.Int64(24, crossed);
        if (CarriedKind is { } carried)
            writer.UInt16(25, (ushort)carried);
        var bytes = writer.ToArray();
        return bytes.Length <= BytesMax
            ? bytes
            : throw new InvalidOperationException($"A header has at most {BytesMax} bytes, this has {bytes.Length}.");
    }

    /// <summary>Reads untrusted canonical bytes; unknown tags are passed over, since the bytes themselves are kept.</summary>
    public static Result<RecordHeader, RecordFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax)
            return new RecordFailure(RecordStage.Header, $"the header has {bytes.Length} bytes, more than {BytesMax}");
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return new RecordFailure(RecordStage.Header, problem);
        if (!(reader.TryGuid(1, out var recordId) & reader.Has(2) & reader.TryGuid(3, out var epoch)
            & reader.TryByte(4, out var lane) & reader.TryUInt64(5, out var sequence) & reader.TryUInt16(6, out var kind)
            & reader.Has(7) & reader.TryInt64(8, out var wall) & reader.TryInt64(9, out var monotonic)
            & reader.TryGuid(10, out var bootId) & reader.TryByte(11, out var quality)))
        {
            return new RecordFailure(RecordStage.Header, "a compulsory field is missing or has the wrong length");
        }

        if (lane > (byte)Lane.Health)
            return new RecordFailure(RecordStage.Header, $"lane {lane} is not known");
        if (quality is < (byte)ClockQuality.Doubtful or > (byte)ClockQuality.Confirmed)
            return new RecordFailure(RecordStage.Header, $"clock quality {quality} is not known");
        var actor = reader.Text(7);
        if (sequence == 0 || actor.Length == 0 || reader.Text(2).Length == 0)
            return new RecordFailure(RecordStage.Header, "sequence, actor and appliance are never empty");
        if (!(reader.IsAbsentOr(12, 16) & reader.IsAbsentOr(13, 16) & reader.IsAbsentOr(16, 1) & reader.IsAbsentOr(17, 1)
            & reader.IsAbsentOr(18, 8) & reader.IsAbsentOr(19, 8) & reader.IsAbsentOr(20, 4) & reader.IsAbsentOr(21, 1)
            & reader.IsAbsentOr(24, 8) & reader.IsAbsentOr(25, 2)))
        {
            return new RecordFailure(RecordStage.Header, "an optional field has the wrong length");
        }

        RecordKind? carriedKind = reader.TryUInt16(25, out var carried) ? (RecordKind)carried : null;
        if (carriedKind is not null && (RecordKind)kind != RecordKind.Salvaged)
            return new RecordFailure(RecordStage.Header, "only a salvaged record carries another");

        if (reader.TryBytes(14, out var codes) && codes.Length % 2 != 0)
            return new RecordFailure(RecordStage.Header, "outcome codes have an odd number of bytes");
        return new RecordHeader
        {
            RecordId = recordId,
            ApplianceId = reader.Text(2),
            Epoch = epoch,
            Lane = (Lane)lane,
            Sequence = sequence,
            Kind = (RecordKind)kind,
            ActorId = actor,
            WallUnixMicroseconds = wall,
            MonotonicMicroseconds = monotonic,
            BootId = bootId,
            ClockQuality = (ClockQuality)quality,
            EncounterId = reader.TryGuid(12, out var encounter) ? encounter : null,
            RelatedRecordId = reader.TryGuid(13, out var related) ? related : null,
            OutcomeCodes = FromLittleEndian(codes.Span),
            Nationality = reader.Text(15),
            Sex = reader.TryByte(16, out var sex) ? (char)sex : '\0',
            AgeBand = reader.TryByte(17, out var band) ? (AgeBand)band : AgeBand.Unknown,
            ListVersion = reader.TryUInt64(18, out var version) ? version : null,
            ListAgeSeconds = reader.TryInt64(19, out var age) ? age : null,
            Flags = reader.TryUInt32(20, out var flags) ? (RecordFlags)flags : RecordFlags.None,
            PersonalAlgorithm = reader.TryByte(21, out var algorithm) ? (SealAlgorithm)algorithm : SealAlgorithm.None,
            SecondActorId = reader.Text(22),
            RulesVersion = reader.Text(23),
            CrossedUnixMicroseconds = reader.TryInt64(24, out var crossed) ? crossed : null,
            CarriedKind = carriedKind,
        };
    }

    private static byte[] LittleEndian(ImmutableArray<ushort> codes)
    {
        var bytes = new byte[codes.Length * 2];
        for (var i = 0; i < codes.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), codes[i]);
        return bytes;
    }

    private static ImmutableArray<ushort> FromLittleEndian(ReadOnlySpan<byte> bytes)
    {
        var codes = new ushort[bytes.Length / 2];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * 2)..]);
        return ImmutableCollectionsMarshal.AsImmutableArray(codes);
    }
}
