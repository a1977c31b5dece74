using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SealedRecord = EdgeCheckpoint.Records.SealedRecord;

namespace EdgeCheckpoint.Load;

/// <summary>What a batch costs beside its storing: verification alone, and the wire alone. The store alone: tests/Benchmarks, central-ingest.</summary>
internal static class PartsCommand
{
    private static readonly TimeProvider Time = TimeProvider.System;

    internal static Command Create()
    {
        var batches = new Option<int>("--batches") { Description = "Batches to measure with.", DefaultValueFactory = static _ => 2_000 };
        var batch = new Option<int>("--batch") { Description = "Records in a batch, 256 at most.", DefaultValueFactory = static _ => 100 };
        var command = new Command("parts", "Measures verification and gRPC apart, on one thread each, median of five.") { batches, batch };
        command.SetAction((result, cancellationToken) =>
            RunAsync(result.GetValue(batches), Math.Clamp(result.GetValue(batch), 1, RecordBatch.RecordsMax), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int count, int size, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        var (statement, records, signature) = Make(key, size);
        var verifying = Median(() =>
        {
            for (var i = 0; i < count; i++)
            {
                if (!RecordBatch.Verify(statement, records, SignatureAlgorithm.EcdsaP256Sha256, signature, spki).IsSuccess)
                    throw new InvalidOperationException("The batch does not verify.");
            }

            return Task.CompletedTask;
        });
        var verified = await verifying;

        await using var server = await StartAsync(cancellationToken);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var channel = GrpcChannel.ForAddress(address);
        var client = new JournalService.JournalServiceClient(channel);
        var request = new PushRecordsRequest { FirstSequence = 1 };
        request.Records.AddRange(records.Select(static record => new Protos.V1.SealedRecord
        {
            Header = Google.Protobuf.ByteString.CopyFrom(record.Header.Span),
            Ciphertext = Google.Protobuf.ByteString.CopyFrom(record.Ciphertext.Span),
            WrappedKey = Google.Protobuf.ByteString.CopyFrom(record.WrappedForCentral.Span),
            ChainSha256 = Google.Protobuf.ByteString.CopyFrom(record.Chain.Span),
        }));
        var carried = await Median(async () =>
        {
            for (var i = 0; i < count; i++)
                await client.PushRecordsAsync(request, cancellationToken: cancellationToken);
        });

        Say($"batches of {size} records, {request.CalculateSize():N0} bytes");
        Say($"verification alone: {verified.TotalMilliseconds / count:N3} ms a batch, {count * size / verified.TotalSeconds:N0} records a second on one core");
        Say($"gRPC alone, one call after another over loopback without TLS: {carried.TotalMilliseconds / count:N3} ms a batch, {count * size / carried.TotalSeconds:N0} records a second");
        return 0;
    }

    private static (BatchStatement Statement, SealedRecord[] Records, byte[] Signature) Make(ECDsa key, int size)
    {
        var epoch = Guid.NewGuid();
        var genesis = RecordChain.Genesis("load", epoch, Lane.Encounters);
        var chain = genesis;
        var records = new SealedRecord[size];
        for (var i = 0; i < size; i++)
        {
            records[i] = SealedRecord.Create(
                new RecordHeader
                {
                    RecordId = Guid.NewGuid(),
                    ApplianceId = "load",
                    Epoch = epoch,
                    Lane = Lane.Encounters,
                    Sequence = (ulong)i + 1,
                    Kind = RecordKind.EncounterVerdict,
                    ActorId = "OFF-1",
                    WallUnixMicroseconds = 1,
                    MonotonicMicroseconds = 1,
                    BootId = epoch,
                    ClockQuality = EdgeCheckpoint.Records.ClockQuality.Held,
                    EncounterId = Guid.NewGuid(),
                },
                [],
                [],
                [],
                chain);
            chain = records[i].Chain.ToArray();
        }

        var statement = new BatchStatement("load", epoch, Lane.Encounters, 1, size, genesis, chain);
        return (statement, records, Signatures.Sign(key, statement.Encode()));
    }

    private static async Task<TimeSpan> Median(Func<Task> work)
    {
        await work();
        var times = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var start = Time.GetTimestamp();
            await work();
            times.Add(Time.GetElapsedTime(start));
        }

        times.Sort();
        return times[2];
    }

    private static async Task<WebApplication> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapGrpcService<AlwaysStored>();
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Reads a batch off the wire and answers, and does nothing else.</summary>
internal sealed class AlwaysStored : JournalService.JournalServiceBase
{
    public override Task<PushRecordsResponse> PushRecords(PushRecordsRequest request, ServerCallContext context) =>
        Task.FromResult(new PushRecordsResponse { Outcome = PushOutcome.Stored, DurableThrough = request.FirstSequence + (ulong)request.Records.Count - 1 });
}
