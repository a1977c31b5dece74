using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Syncing;
using Google.Protobuf;
using Grpc.Net.Client;
using SealedRecord = EdgeCheckpoint.Records.SealedRecord;

namespace EdgeCheckpoint.Load;

/// <summary>An appliance made of Core's own parts: its own keys, certificate, connection, chains and signatures.</summary>
internal sealed class SimulatedAppliance(JoinTicket ticket, string serial) : IDisposable
{
    private readonly ECDsa _signingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _storageKeySpki = NewStorageKeySpki();
    private readonly Dictionary<Lane, (ulong Sequence, byte[] Chain)> _heads = [];
    private X509Certificate2? _certificate;
    private GrpcChannel? _channel;

    internal string Id { get; private set; } = "";

    internal Guid Epoch { get; } = Guid.NewGuid();

    /// <summary>Where it calls; the ticket's address, or a link before it.</summary>
    internal Uri Address { get; set; } = new(ticket.CentralAddress);

    internal GrpcChannel Channel => _channel ??= Open(_certificate);

    /// <summary>Throws its connection away, as after a loss.</summary>
    internal void Disconnect()
    {
        _channel?.Dispose();
        _channel = null;
    }

    internal async Task JoinAsync(CancellationToken cancellationToken)
    {
        using var anonymous = Open(certificate: null);
        var answer = await new EnrolmentService.EnrolmentServiceClient(anonymous).JoinAsync(
            new JoinRequest
            {
                TicketId = ticket.TicketId,
                TicketSecret = ByteString.CopyFrom(ticket.Secret),
                CertificateRequestDer = ByteString.CopyFrom(
                    new CertificateRequest("CN=edge-checkpoint", _signingKey, HashAlgorithmName.SHA256).CreateSigningRequest()),
                StoragePublicKeySpki = ByteString.CopyFrom(_storageKeySpki),
                StorageKeySignature = ByteString.CopyFrom(Signatures.Sign(_signingKey, [.. "EdgeCheckpoint storage key v1"u8, .. _storageKeySpki])),
                HardwareSerial = serial,
                Epoch = ByteString.CopyFrom(Epoch.ToByteArray(bigEndian: true)),
            },
            cancellationToken: cancellationToken);
        Id = answer.ApplianceId;
        using var certificate = X509CertificateLoader.LoadCertificate(answer.CertificateDer.Span);
        _certificate = certificate.CopyWithPrivateKey(_signingKey);
    }

    /// <summary>The next records of a lane, chained, sealed where asked, and signed as one batch: ready to be sent any number of times.</summary>
    /// <param name="sealedShare">Of how many of them have a personal part, 0 to 1.</param>
    internal Batch NextBatch(Lane lane, int count, double sealedShare, byte[] centralRecordSpki, TimeProvider time)
    {
        var (sequence, chain) = _heads.TryGetValue(lane, out var head) ? head : (0, RecordChain.Genesis(Id, Epoch, lane));
        var previous = chain;
        var records = new SealedRecord[count];
        for (var i = 0; i < count; i++)
        {
            var isSealed = lane != Lane.Audit && i < count * sealedShare;
            records[i] = SealedRecord.Create(Header(lane, sequence + (ulong)i + 1, isSealed, time), isSealed ? Traveller(i).Encode() : [], _storageKeySpki, centralRecordSpki, chain);
            chain = records[i].Chain.ToArray();
        }

        _heads[lane] = (sequence + (ulong)count, chain);
        return new Batch(lane, sequence + 1, sequence + (ulong)count, Request(lane, sequence + 1, previous, records, time));
    }

    public void Dispose()
    {
        Disconnect();
        _certificate?.Dispose();
        _signingKey.Dispose();
    }

    /// <summary>Nobody opens what is wrapped to it here.</summary>
    private static byte[] NewStorageKeySpki()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfo();
    }

    private static long Microseconds(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private GrpcChannel Open(X509Certificate2? certificate)
    {
        var tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, presented, chain, errors) =>
                (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0
                && ServerCertificate.IsOf(ticket.RootMetadata, (X509Certificate2)presented!, chain!.ChainPolicy.ExtraStore, TimeProvider.System.GetUtcNow()),
        };
        if (certificate is not null)
            tls.ClientCertificates = [certificate];
        return GrpcChannel.ForAddress(Address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { UseProxy = false, SslOptions = tls, ConnectTimeout = TimeSpan.FromSeconds(20) },
            DisposeHttpClient = true,
            InitialReconnectBackoff = CentralChannel.ReconnectPause,
            MaxReconnectBackoff = CentralChannel.ReconnectPause,
        });
    }

    private RecordHeader Header(Lane lane, ulong sequence, bool isSealed, TimeProvider time) => new()
    {
        RecordId = Guid.NewGuid(),
        ApplianceId = Id,
        Epoch = Epoch,
        Lane = lane,
        Sequence = sequence,
        Kind = lane switch { Lane.Alerts => RecordKind.Hit, Lane.Encounters => RecordKind.EncounterVerdict, Lane.Audit => RecordKind.Viewed, _ => RecordKind.Health },
        ActorId = "OFF-1",
        WallUnixMicroseconds = Microseconds(time),
        MonotonicMicroseconds = 1,
        BootId = Epoch,
        ClockQuality = EdgeCheckpoint.Records.ClockQuality.Held,
        EncounterId = lane is Lane.Alerts or Lane.Encounters ? Guid.NewGuid() : null,
        Nationality = isSealed ? "UTO" : "",
        PersonalAlgorithm = isSealed ? SealAlgorithm.Aes256Gcm : SealAlgorithm.None,
    };

    private static PersonalPart Traveller(int number) => new()
    {
        DocumentCode = "P",
        IssuingState = "UTO",
        DocumentNumber = $"L{number % 10_000_000:0000000}",
        Surname = "HALVORSEN",
        GivenNames = "NILS",
        Nationality = "UTO",
        BirthDate = "1966-01-30",
        ExpiryDate = "2031-05-31",
        Sex = "M",
    };

    private PushRecordsRequest Request(Lane lane, ulong first, byte[] previous, SealedRecord[] records, TimeProvider time)
    {
        var statement = new BatchStatement(Id, Epoch, lane, first, records.Length, previous, records[^1].Chain);
        var request = new PushRecordsRequest
        {
            Epoch = ByteString.CopyFrom(Epoch.ToByteArray(bigEndian: true)),
            Lane = (uint)lane,
            FirstSequence = first,
            PreviousChainSha256 = ByteString.CopyFrom(previous),
            Signature = ByteString.CopyFrom(Signatures.Sign(_signingKey, statement.Encode())),
            SigningKeyId = ByteString.CopyFrom(KeyId.Of(_signingKey.ExportSubjectPublicKeyInfo()).ToBytes()),
            SignatureAlgorithm = (uint)EdgeCheckpoint.Records.SignatureAlgorithm.EcdsaP256Sha256,
            SentAtUnixMicroseconds = Microseconds(time),
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
}

/// <summary>A batch that is ready to be sent.</summary>
internal sealed record Batch(Lane Lane, ulong First, ulong Last, PushRecordsRequest Request)
{
    internal int Records => (int)(Last - First + 1);
}
