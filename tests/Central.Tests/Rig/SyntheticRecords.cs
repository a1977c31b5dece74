using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Tests.Rig;

/// <summary>Records straight into a store: real headers and chains, and random bytes where a sealed part would be.</summary>
/// <param name="store">Where they go.</param>
/// <param name="applianceId">The appliance; <see cref="EnrolAsync"/> makes it.</param>
internal sealed class SyntheticRecords(ICentralStore store, string applianceId)
{
    private readonly Dictionary<Lane, (long Sequence, byte[] Chain)> _heads = [];

    public static DateTimeOffset Start { get; } = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public string ApplianceId => applianceId;

    public Guid Epoch { get; private init; } = Guid.NewGuid();

    /// <summary>By so much its clock is ahead of central's.</summary>
    public TimeSpan ClockAhead { get; set; }

    public ClockQuality ClockQuality { get; set; } = ClockQuality.Held;

    /// <summary>What was appended, in order, to be offered again.</summary>
    public List<RecordRun> Runs { get; } = [];

    public async Task EnrolAsync(CancellationToken cancellationToken)
    {
        var ticket = new Ticket
        {
            TicketId = "t-" + applianceId,
            SecretSha256 = new byte[32],
            PostName = "North",
            HardwareSerial = "",
            IssuedAt = Start,
            ExpiresAt = Start,
        };
        await store.Appliances.AddTicketsAsync([(ticket, Event(ticket.TicketId))], cancellationToken);
        await store.Appliances.RedeemTicketAsync(
            new Appliance
            {
                ApplianceId = applianceId,
                PostName = "North",
                State = ApplianceState.Active,
                TicketId = ticket.TicketId,
                SigningSpki = System.Text.Encoding.UTF8.GetBytes(applianceId),
                StorageSpki = [1],
                HardwareSerial = "",
                Epoch = Epoch,
                JoinedAt = Start,
            },
            Event(applianceId),
            null,
            cancellationToken);
    }

    /// <summary>Appends the next records of a lane.</summary>
    /// <param name="codes">Outcome codes of each of them.</param>
    public async Task<RecordRun> AppendAsync(
        int count, DateTimeOffset at, CancellationToken cancellationToken, RecordKind kind = RecordKind.EncounterVerdict, Guid? encounter = null, string nationality = "", params ushort[] codes)
    {
        var run = Next(count, at, kind, encounter, nationality, codes);
        var result = await store.Records.AppendAsync(run, cancellationToken);
        Assert.Equal((AppendOutcome.Stored, count), (result.Outcome, result.Added));
        Runs.Add(run);
        return run;
    }

    public RecordRun Next(int count, DateTimeOffset at, RecordKind kind = RecordKind.EncounterVerdict, Guid? encounter = null, string nationality = "", params ushort[] codes)
    {
        var (sequence, chain) = _heads.GetValueOrDefault(Lane.Encounters, (0, RecordChain.Genesis(applianceId, Epoch, Lane.Encounters)));
        var previous = chain;
        var records = new IncomingRecord[count];
        for (var i = 0; i < count; i++)
        {
            var header = new RecordHeader
            {
                RecordId = Guid.NewGuid(),
                ApplianceId = applianceId,
                Epoch = Epoch,
                Lane = Lane.Encounters,
                Sequence = (ulong)++sequence,
                Kind = kind,
                ActorId = "4711",
                WallUnixMicroseconds = Instant.ToMicroseconds(at + ClockAhead),
                MonotonicMicroseconds = 1,
                BootId = Epoch,
                ClockQuality = ClockQuality,
                EncounterId = encounter ?? Guid.NewGuid(),
                Nationality = nationality,
                OutcomeCodes = [.. codes],
                PersonalAlgorithm = SealAlgorithm.Aes256Gcm,
            };
            var bytes = header.Encode();
            var ciphertext = RandomNumberGenerator.GetBytes(200);
            chain = RecordChain.Next(chain, bytes, SHA256.HashData(ciphertext));
            records[i] = new IncomingRecord
            {
                Parsed = header,
                Sealed = new SealedRecord { Header = bytes, Ciphertext = ciphertext, WrappedForCentral = RandomNumberGenerator.GetBytes(125), Chain = chain },
                BlindTerms = [SHA256.HashData(bytes)[..16]],
            };
        }

        _heads[Lane.Encounters] = (sequence, chain);
        return new RecordRun
        {
            ApplianceId = applianceId,
            Epoch = Epoch,
            Lane = Lane.Encounters,
            PreviousChain = previous,
            Records = records,
            ReceivedAt = at,
        };
    }

    /// <summary>As a copy of the card goes on from here.</summary>
    public SyntheticRecords Copy()
    {
        var copy = new SyntheticRecords(store, applianceId) { Epoch = Epoch };
        foreach (var (lane, head) in _heads)
            copy._heads[lane] = head;
        return copy;
    }

    public RecordKey Key(long sequence) => new(applianceId, Epoch, Lane.Encounters, sequence);

    public static AuditEvent Event(string subject) => new(Start, "test", AuditAction.SiteCreated, subject);
}
