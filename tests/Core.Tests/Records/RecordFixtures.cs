using System.Security.Cryptography;
using CsCheck;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

/// <summary>Invented records: a counter in Utopia, travellers who do not exist.</summary>
internal static class RecordFixtures
{
    internal const string ApplianceId = "uto-north-1";

    internal static readonly Guid Epoch = new("0d9cf1f8-7a4f-4b37-9d68-2c7a7c9a1e01");

    internal static RecordHeader Header(ulong sequence = 1, SealAlgorithm seal = SealAlgorithm.Aes256Gcm) => new()
    {
        RecordId = new Guid((int)sequence, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        ApplianceId = ApplianceId,
        Epoch = Epoch,
        Lane = Lane.Encounters,
        Sequence = sequence,
        Kind = RecordKind.EncounterVerdict,
        ActorId = "officer-17",
        WallUnixMicroseconds = 1_795_459_200_000_000,
        MonotonicMicroseconds = 5_000_000,
        BootId = new Guid("6f6f6d1e-32a4-4f0f-8a58-8b8e2d2b7a02"),
        ClockQuality = ClockQuality.Held,
        EncounterId = new Guid("5d1f4b4e-95a7-4d6b-8d6b-0f7f4c8f3b03"),
        OutcomeCodes = [101, 114, 400],
        Nationality = "UTO",
        Sex = 'F',
        AgeBand = AgeBand.From30To44,
        ListVersion = 12,
        ListAgeSeconds = 3600,
        Flags = RecordFlags.StaleList,
        PersonalAlgorithm = seal,
        RulesVersion = "rules-2026-11",
    };

    /// <summary>Entered from paper six hours after the crossing.</summary>
    internal static RecordHeader BackEntry(ulong sequence) => new()
    {
        RecordId = new Guid((int)sequence, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        ApplianceId = ApplianceId,
        Epoch = Epoch,
        Lane = Lane.Encounters,
        Sequence = sequence,
        Kind = RecordKind.EncounterVerdict,
        ActorId = "supervisor-2",
        WallUnixMicroseconds = 1_795_459_200_000_000,
        MonotonicMicroseconds = 5_000_000,
        BootId = new Guid("6f6f6d1e-32a4-4f0f-8a58-8b8e2d2b7a02"),
        ClockQuality = ClockQuality.Confirmed,
        Flags = RecordFlags.ManualEntry | RecordFlags.BackEntered,
        CrossedUnixMicroseconds = 1_795_459_200_000_000 - 21_600_000_000,
    };

    /// <summary>Carries a refusal that damage cut off.</summary>
    internal static RecordHeader Carrier(ulong sequence) => new()
    {
        RecordId = new Guid((int)sequence, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        ApplianceId = ApplianceId,
        Epoch = Epoch,
        Lane = Lane.Encounters,
        Sequence = sequence,
        Kind = RecordKind.Salvaged,
        CarriedKind = RecordKind.EncounterDecision,
        OutcomeCodes = [(ushort)OutcomeCode.Refused],
        ActorId = "officer-17",
        WallUnixMicroseconds = 1_795_459_200_000_000,
        MonotonicMicroseconds = 5_000_000,
        BootId = new Guid("6f6f6d1e-32a4-4f0f-8a58-8b8e2d2b7a02"),
        ClockQuality = ClockQuality.Confirmed,
        CrossedUnixMicroseconds = 1_795_459_200_000_000 - 21_600_000_000,
        PersonalAlgorithm = SealAlgorithm.Aes256Gcm,
    };

    internal static PersonalPart Personal() => new()
    {
        MrzText = "P<UTOBRANDVOLD<<ISAURA<LENE<<<<<<<<<<<<<<<<<",
        DocumentCode = "P",
        IssuingState = "UTO",
        DocumentNumber = "UT4471X02",
        Surname = "BRANDVOLD",
        GivenNames = "ISAURA LENE",
        Nationality = "UTO",
        BirthDate = "1991-03-07",
        ExpiryDate = "2031-06-30",
        Sex = "F",
        Reasons = "Possible match: verify identity.",
        Note = "showed a second card",
        Candidates =
        [
            new PersonalCandidate(
                "uto:1", "alert", "0.93", "Brandwold, Isaura", "Utopia national list", "Inquire", "one letter differs", "date of birth"),
        ],
    };

    /// <summary>A run of records with a true chain, signed.</summary>
    internal static Batch Run(int count, ulong first = 1, ECDsa? signingKey = null)
    {
        using var appliance = new MemoryKeyAgreement();
        using var central = new MemoryKeyAgreement();
        var chain = RecordChain.Genesis(ApplianceId, Epoch, Lane.Encounters);
        var previous = chain;
        var records = new List<SealedRecord>();
        for (var i = 0; i < count; i++)
        {
            var record = SealedRecord.Create(
                Header(first + (ulong)i), Personal().Encode(), appliance.PublicKeySpki.Span, central.PublicKeySpki.Span, chain);
            chain = record.Chain.ToArray();
            records.Add(record);
        }

        var statement = new BatchStatement(ApplianceId, Epoch, Lane.Encounters, first, count, previous, chain);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = signingKey ?? own;
        return new Batch(statement, records, Signatures.Sign(key, statement.Encode()), key.ExportSubjectPublicKeyInfo());
    }

    internal static readonly Gen<byte[]> AnyBytes = Gen.Byte.Array[0, 200];

    internal static readonly Gen<RecordHeader> AnyHeader = Gen.Select(
        Gen.Select(Gen.Guid, Gen.String[Gen.Char.AlphaNumeric, 1, 40], Gen.Guid, Gen.Enum<Lane>(), Gen.ULong[1, ulong.MaxValue], Gen.Enum<RecordKind>()),
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 20], Gen.Long, Gen.Long, Gen.Guid, Gen.Enum<ClockQuality>(), Gen.Guid.Nullable()),
        Gen.Select(Gen.UShort.Array[0, 20], Gen.OneOfConst("", "UTO", "D"), Gen.OneOfConst('\0', 'M', 'F', 'X'), Gen.Enum<AgeBand>(), Gen.ULong.Nullable(), Gen.Long.Nullable()),
        Gen.Select(Gen.UInt[0, 127], Gen.Enum<SealAlgorithm>(), Gen.OneOfConst("", "officer-18"), Gen.OneOfConst("", "rules-1"), Gen.Guid.Nullable(), Gen.Long.Nullable()),
        (ids, actor, what, rest) => new RecordHeader
        {
            RecordId = ids.Item1,
            ApplianceId = ids.Item2,
            Epoch = ids.Item3,
            Lane = ids.Item4,
            Sequence = ids.Item5,
            Kind = ids.Item6,
            ActorId = actor.Item1,
            WallUnixMicroseconds = actor.Item2,
            MonotonicMicroseconds = actor.Item3,
            BootId = actor.Item4,
            ClockQuality = actor.Item5,
            EncounterId = actor.Item6,
            OutcomeCodes = [.. what.Item1],
            Nationality = what.Item2,
            Sex = what.Item3,
            AgeBand = what.Item4,
            ListVersion = what.Item5,
            ListAgeSeconds = what.Item6,
            Flags = (RecordFlags)rest.Item1,
            PersonalAlgorithm = rest.Item2,
            SecondActorId = rest.Item3,
            RulesVersion = rest.Item4,
            RelatedRecordId = rest.Item5,
            CrossedUnixMicroseconds = rest.Item6,
            CarriedKind = ids.Item6 == RecordKind.Salvaged ? RecordKind.EncounterDecision : null,
        });
}

/// <summary>A batch as it travels.</summary>
internal sealed record Batch(BatchStatement Statement, List<SealedRecord> Records, byte[] Signature, byte[] SigningKeySpki)
{
    internal Result<System.Collections.Immutable.ImmutableArray<RecordHeader>, RecordFailure> Verify() =>
        RecordBatch.Verify(Statement, Records, SignatureAlgorithm.EcdsaP256Sha256, Signature, SigningKeySpki);
}
