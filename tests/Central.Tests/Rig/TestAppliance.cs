using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using Google.Protobuf;
using Grpc.Net.Client;

namespace EdgeCheckpoint.Central.Tests.Rig;

/// <summary>An appliance made of Core's own parts: keys in memory, chained sealed records, the real wire.</summary>
/// <param name="signingKey">Its first key; a fresh one when left out. The test keeps its own.</param>
internal sealed class TestAppliance(TestSite site, ECDsa? signingKey = null) : IDisposable
{
    private ECDsa _signingKey = signingKey is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : ECDsa.Create(signingKey.ExportParameters(true));
    private readonly ECDiffieHellman _storageKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly Dictionary<Lane, (ulong Sequence, byte[] Chain)> _heads = [];
    private GrpcChannel? _channel;

    public string Id { get; private set; } = "";

    public Guid Epoch { get; private set; } = Guid.NewGuid();

    /// <summary>By so much its clock is ahead of the site's.</summary>
    public TimeSpan ClockAhead { get; set; }

    public byte[] CertificateDer { get; private set; } = [];

    public IKeyAgreement StorageKey => new RecordKeyFile(_storageKey);

    public byte[] SigningSpki => _signingKey.ExportSubjectPublicKeyInfo();

    /// <summary>The newest root it trusts; null before it joins.</summary>
    public RootMetadata? Root { get; private set; }

    /// <summary>Calls with the appliance's certificate, or without while it has none; trusts its own root.</summary>
    public GrpcChannel Channel =>
        _channel ??= site.Channel(CertificateDer.Length == 0 ? null : CertificateWithKey(CertificateDer), Root);

    /// <summary>Goes offline; the next call opens a connection anew.</summary>
    public void Disconnect()
    {
        _channel?.Dispose();
        _channel = null;
    }

    /// <summary>Walks from its root to the newest, each step by the rules of Core.</summary>
    public async Task TakeRootsAsync()
    {
        while (true)
        {
            var answer = await Releases.GetRootAsync(
                new GetRootRequest { AfterVersion = Root!.Version }, cancellationToken: TestContext.Current.CancellationToken);
            if (answer.Steps.Count == 0)
                return;
            foreach (var step in answer.Steps)
            {
                Root = RootChain.VerifyNext(Root!, SignedMetadata.From(step.Metadata.Span, step.Signatures.Select(static signature =>
                    new Releases.ReleaseSignature(
                        KeyId.TryRead(signature.KeyId.Span, out var id) ? id : default,
                        (SignatureAlgorithm)signature.Algorithm,
                        signature.Signature.Memory)))).Value;
            }
        }
    }

    /// <summary>A heartbeat; signed time must be by a timestamp key of its root.</summary>
    public async Task<bool> BeatAsync()
    {
        var answer = await new HealthService.HealthServiceClient(Channel).ReportHealthAsync(
            new ReportHealthRequest { RootVersion = Root!.Version, Nonce = ByteString.CopyFrom(Epoch.ToByteArray()) },
            cancellationToken: TestContext.Current.CancellationToken);
        return Root.Trust.IsSignedTime(
            new TimeStatement(Id, answer.UnixMicroseconds, Epoch.ToByteArray()), answer.TimeSignature.Span);
    }

    /// <summary>Renews its certificate with a new key, and goes on with that.</summary>
    public async Task RenewAsync()
    {
        var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var answer = await new EnrolmentService.EnrolmentServiceClient(Channel).RenewAsync(
            new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(SigningRequest(next)) },
            cancellationToken: TestContext.Current.CancellationToken);
        Disconnect();
        _signingKey.Dispose();
        (_signingKey, CertificateDer) = (next, answer.CertificateDer.ToByteArray());
    }

    public JournalService.JournalServiceClient Journal => new(Channel);

    public ReleaseService.ReleaseServiceClient Releases => new(Channel);

    public JoinRequest JoinRequest(JoinTicket ticket, string serial) => new()
    {
        TicketId = ticket.TicketId,
        TicketSecret = ByteString.CopyFrom(ticket.Secret),
        CertificateRequestDer = ByteString.CopyFrom(SigningRequest(_signingKey)),
        StoragePublicKeySpki = ByteString.CopyFrom(_storageKey.ExportSubjectPublicKeyInfo()),
        StorageKeySignature = ByteString.CopyFrom(Signatures.Sign(
            _signingKey, [.. "EdgeCheckpoint storage key v1"u8, .. _storageKey.ExportSubjectPublicKeyInfo()])),
        HardwareSerial = serial,
        Epoch = ByteString.CopyFrom(Epoch.ToByteArray(bigEndian: true)),
    };

    public async Task<JoinResponse> JoinAsync(JoinTicket ticket, string serial)
    {
        Root = ticket.RootMetadata;
        using var anonymous = site.Channel(null, Root);
        var response = await new EnrolmentService.EnrolmentServiceClient(anonymous).JoinAsync(
            JoinRequest(ticket, serial), cancellationToken: TestContext.Current.CancellationToken);
        Id = response.ApplianceId;
        CertificateDer = response.CertificateDer.ToByteArray();
        return response;
    }

    public static byte[] SigningRequest(ECDsa key) =>
        new CertificateRequest("CN=appliance", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public X509Certificate2 CertificateWithKey(byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        return certificate.CopyWithPrivateKey(_signingKey);
    }

    /// <summary>The next record of a lane; extends the appliance's own chain.</summary>
    public Records.SealedRecord Next(
        Lane lane,
        RecordKind kind,
        Guid? encounterId = null,
        PersonalPart? personal = null,
        params ReadOnlySpan<ushort> codes) => Next(lane, kind, encounterId, personal, null, [.. codes]);

    /// <summary>A record that carries one which damage cut off, with what it says of it.</summary>
    public Records.SealedRecord NextCarrying(
        Lane lane, Records.SealedRecord carried, RecordKind? carriedKind, Guid? encounterId = null, params ReadOnlySpan<ushort> codes)
    {
        var header = RecordHeader.Parse(carried.Header).Value;
        return Next(
            lane, RecordKind.Salvaged, encounterId, new PersonalPart { Note = SalvagedRecord.ToNote(header.Epoch, carried) }, carriedKind, [.. codes], header);
    }

    private Records.SealedRecord Next(
        Lane lane,
        RecordKind kind,
        Guid? encounterId,
        PersonalPart? personal,
        RecordKind? carriedKind,
        ImmutableArray<ushort> codes,
        RecordHeader? carried = null)
    {
        var (sequence, chain) = Head(lane);
        var record = Records.SealedRecord.Create(
            new RecordHeader
            {
                RecordId = Guid.NewGuid(),
                ApplianceId = Id,
                Epoch = Epoch,
                Lane = lane,
                Sequence = sequence + 1,
                Kind = kind,
                ActorId = "4711",
                WallUnixMicroseconds = Instant.ToMicroseconds(site.Time.GetUtcNow() + ClockAhead),
                MonotonicMicroseconds = 1,
                BootId = Epoch,
                ClockQuality = Records.ClockQuality.Held,
                EncounterId = encounterId,
                OutcomeCodes = codes,
                CarriedKind = carriedKind,
                RelatedRecordId = carried?.RecordId,
                CrossedUnixMicroseconds = carried?.HappenedUnixMicroseconds,
                Nationality = personal?.Nationality ?? "",
                PersonalAlgorithm = personal is null ? SealAlgorithm.None : SealAlgorithm.Aes256Gcm,
            },
            personal?.Encode() ?? [],
            _storageKey.ExportSubjectPublicKeyInfo(),
            site.Keys.RecordKey.PublicKeySpki.Span,
            chain);
        _heads[lane] = (sequence + 1, record.Chain.ToArray());
        return record;
    }

    /// <summary>Begins its journal anew, as after damage to its card.</summary>
    public void BeginEpoch()
    {
        Epoch = Guid.NewGuid();
        _heads.Clear();
    }

    public void Rewind(Lane lane, ulong sequence, byte[] chain) => _heads[lane] = (sequence, chain);

    public (ulong Sequence, byte[] Chain) Head(Lane lane) =>
        _heads.TryGetValue(lane, out var head) ? head : (0, RecordChain.Genesis(Id, Epoch, lane));

    /// <summary>A signed batch of records of one lane.</summary>
    public PushRecordsRequest Batch(Lane lane, ulong firstSequence, ReadOnlyMemory<byte> previous, params Records.SealedRecord[] records)
    {
        var statement = new BatchStatement(Id, Epoch, lane, firstSequence, records.Length, previous, records[^1].Chain);
        var request = new PushRecordsRequest
        {
            Epoch = ByteString.CopyFrom(Epoch.ToByteArray(bigEndian: true)),
            Lane = (uint)lane,
            FirstSequence = firstSequence,
            PreviousChainSha256 = ByteString.CopyFrom(previous.Span),
            Signature = ByteString.CopyFrom(Signatures.Sign(_signingKey, statement.Encode())),
            SigningKeyId = ByteString.CopyFrom(KeyId.Of(SigningSpki).ToBytes()),
            SignatureAlgorithm = (uint)SignatureAlgorithm.EcdsaP256Sha256,
            SentAtUnixMicroseconds = Instant.ToMicroseconds(site.Time.GetUtcNow()),
        };
        request.Records.AddRange(records.Select(static record => new Protos.V1.SealedRecord
        {
            Header = ByteString.CopyFrom(record.Header.Span),
            Ciphertext = ByteString.CopyFrom(record.Ciphertext.Span),
            WrappedKey = ByteString.CopyFrom(record.WrappedForCentral.Span),
            ChainSha256 = ByteString.CopyFrom(record.Chain.Span),
        }));
        return request;
    }

    public async Task<PushRecordsResponse> PushAsync(PushRecordsRequest request) =>
        await Journal.PushRecordsAsync(request, cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _channel?.Dispose();
        _signingKey.Dispose();
        _storageKey.Dispose();
    }
}
