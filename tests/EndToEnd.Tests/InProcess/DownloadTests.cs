using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Screening;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>A list comes whole over a link that breaks, and nothing comes twice.</summary>
public sealed class DownloadTests
{
    private const int PieceBytes = 64 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Download_CutAtEveryPiece_GoesOnWhereItStopped()
    {
        JoinedSite? site = null;
        var cuts = new CutPieces(() => site?.Link);
        site = await JoinedSite.StartCentralAsync(Cancel, linkSeed: 7, builder =>
        {
            builder.Services.AddSingleton(cuts);
            builder.Services.Configure<GrpcServiceOptions>(static options => options.Interceptors.Add<CutPieces>());
        });
        await using var owned = site;
        var metadata = await PublishAsync(site, 6_000);
        var segment = metadata.Find(ReleaseMetadata.BaseSegment)!.Value.Segment;
        Assert.InRange(segment.SealedLength, 3 * PieceBytes, long.MaxValue);
        await site.EnrolAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        var store = site.Parts.GetRequiredService<ReleaseInstaller>().Store;

        await Until.TrueAsync("the list on the card, waiting for somebody to sign in", _ => Task.FromResult(store.FindAwaiting() is not null), TimeSpan.FromSeconds(120), Cancel);

        var pieces = (segment.SealedLength + PieceBytes - 1) / PieceBytes;
        Assert.Equal(Enumerable.Range(0, (int)pieces).Select(static piece => (ulong)piece * PieceBytes), cuts.Asked(segment).Keys.Order());
        Assert.All(cuts.Asked(segment), static piece => Assert.InRange(piece.Value, 2, 3));
        Assert.Equal(segment.SealedLength, new FileInfo(store.StagingPath(segment)).Length);
    }

    private static async Task<ReleaseMetadata> PublishAsync(JoinedSite site, int entries)
    {
        var lines = new StringBuilder("entry_id,names,birth_dates,list,owner,legal_basis,purpose,action,evidence,expires_on\n");
        for (var i = 0; i < entries; i++)
            lines.AppendLine(CultureInfo.InvariantCulture, $"uto:{i},INVENTED {Letters(i * 7919)} {Letters(i * 104729)},1980-01-{(i % 28) + 1:00},Utopia list,Ministry,Border Act,tests,inquire,documented,2099-12-31");
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(lines.ToString()));
        var imported = await site.Central.Services.GetRequiredService<ListImport>().ImportAsync(file, ListFormat.Csv, new ListDefaults(), false, JoinedSite.Actor, Cancel);
        Assert.Equal(ImportOutcome.Imported, imported.Outcome);
        var published = await site.Central.Services.GetRequiredService<ListPublication>().PublishAsync("", JoinedSite.Actor, Cancel);
        Assert.True(published.TryGet(out var publication, out var refusal), refusal?.Reason);
        return ReleaseMetadata.Parse(publication.Release.Metadata).Value;
    }

    private static string Letters(int number)
    {
        Span<char> letters = stackalloc char[6];
        var rest = (uint)number;
        foreach (ref var letter in letters)
        {
            letter = (char)('A' + (rest % 26));
            rest /= 26;
        }

        return new string(letters);
    }

    /// <summary>Breaks the link at each piece of a segment, the first time that it is asked for.</summary>
    private sealed class CutPieces(Func<LinkProxy?> link) : Interceptor
    {
        private readonly ConcurrentDictionary<string, ConcurrentDictionary<ulong, int>> _asked = [];

        /// <summary>How often each piece was asked for.</summary>
        internal ConcurrentDictionary<ulong, int> Asked(ReleaseSegment segment) => _asked[Convert.ToHexString(segment.SealedSha256.Span)];

        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            var answer = await continuation(request, context);
            if (request is ReadSegmentRequest piece
                && _asked.GetOrAdd(Convert.ToHexString(piece.SegmentSha256.Span), static _ => []).AddOrUpdate(piece.OffsetBytes, 1, static (_, before) => before + 1) == 1)
            {
                link()?.Cut();
            }

            return answer;
        }
    }
}
