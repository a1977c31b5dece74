using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Benchmarks;

/// <param name="Records">Of a round.</param>
/// <param name="Rounds">Of each contestant.</param>
/// <param name="Batch">Records of a commit.</param>
/// <param name="Writers">Appliances at once.</param>
internal sealed record IngestPlan(int Records, int Rounds, int Batch, int Writers)
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
}

/// <summary>
/// Runs of records of the size of real ones (240 bytes of header, 300 sealed, 125 of wrapped key, three terms), made before the clock
/// starts. Bytes are random: the store looks at no more than the chain value.
/// </summary>
internal sealed class IngestSource(IngestPlan plan)
{
    private const int HeaderBytes = 240;
    private const int SealedBytes = 300;
    private const int KeyBytes = 125;
    private const int TermBytes = 16;
    private const int Terms = 3;

    private readonly Dictionary<Guid, (long Sequence, byte[] Chain)> _heads = [];

    public async Task EnrolAsync(ICentralStore store, CancellationToken cancellationToken)
    {
        for (var i = 0; i < plan.Writers; i++)
        {
            var ticket = new Ticket
            {
                TicketId = $"t-{i}",
                SecretSha256 = new byte[32],
                PostName = "North",
                HardwareSerial = "",
                IssuedAt = IngestPlan.Now,
                ExpiresAt = IngestPlan.Now,
            };
            await store.Appliances.AddTicketsAsync([(ticket, Event(ticket.TicketId))], cancellationToken);
            await store.Appliances.RedeemTicketAsync(
                new Appliance
                {
                    ApplianceId = Name(i),
                    PostName = "North",
                    State = ApplianceState.Active,
                    TicketId = ticket.TicketId,
                    SigningSpki = [(byte)i],
                    StorageSpki = [1],
                    HardwareSerial = "",
                    Epoch = Guid.NewGuid(),
                    JoinedAt = IngestPlan.Now,
                },
                Event(Name(i)),
                null,
                cancellationToken);
        }
    }

    /// <summary>The runs of a round for each writer; every writer has a lane of its own in each round.</summary>
    public RecordRun[][] Next(int writers) =>
        [.. Enumerable.Range(0, writers).Select(i => Runs(Name(i % plan.Writers), Guid.NewGuid(), plan.Records / writers).ToArray())];

    private IEnumerable<RecordRun> Runs(string appliance, Guid epoch, int count)
    {
        for (var done = 0; done < count; done += plan.Batch)
        {
            var (sequence, chain) = _heads.GetValueOrDefault(epoch, (0, RecordChain.Genesis(appliance, epoch, Lane.Encounters)));
            IncomingRecord[] records = [.. Enumerable.Range(1, Math.Min(plan.Batch, count - done)).Select(i => Record(appliance, epoch, sequence + i))];
            _heads[epoch] = (sequence + records.Length, records[^1].Sealed.Chain.ToArray());
            yield return new RecordRun
            {
                ApplianceId = appliance,
                Epoch = epoch,
                Lane = Lane.Encounters,
                PreviousChain = chain,
                Records = records,
                ReceivedAt = IngestPlan.Now.AddMilliseconds(done),
            };
        }
    }

    private static IncomingRecord Record(string appliance, Guid epoch, long sequence) => new()
    {
        Parsed = new RecordHeader
        {
            RecordId = Guid.Empty,
            ApplianceId = appliance,
            Epoch = epoch,
            Lane = Lane.Encounters,
            Sequence = (ulong)sequence,
            Kind = RecordKind.EncounterVerdict,
            ActorId = "1",
            WallUnixMicroseconds = 1,
            MonotonicMicroseconds = 1,
            BootId = epoch,
            ClockQuality = ClockQuality.Held,
            EncounterId = Guid.NewGuid(),
        },
        Sealed = new SealedRecord
        {
            Header = RandomNumberGenerator.GetBytes(HeaderBytes),
            Ciphertext = RandomNumberGenerator.GetBytes(SealedBytes),
            WrappedForCentral = RandomNumberGenerator.GetBytes(KeyBytes),
            Chain = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes),
        },
        BlindTerms = [.. Enumerable.Range(0, Terms).Select(static _ => RandomNumberGenerator.GetBytes(TermBytes))],
    };

    private static string Name(int writer) => $"ap-{writer:D8}";

    private static AuditEvent Event(string subject) => new(IngestPlan.Now, "benchmark", AuditAction.SiteCreated, subject);
}
