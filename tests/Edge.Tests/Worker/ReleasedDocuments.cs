using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>Gives the next release of a bench documents that are reported stolen.</summary>
internal static class ReleasedDocuments
{
    /// <summary>In every register of a rig: it must be a hit, or the tile of lists says why not.</summary>
    internal const string Stolen = "UX7700001";

    /// <param name="before">Version and documents of the release before, from which there is a delta; null for none.</param>
    internal static void Give(Bench bench, ulong version, string[] numbers, (ulong Version, string[] Numbers)? before = null)
    {
        bench.Documents.Clear();
        var whole = Of(version, numbers);
        bench.Documents.Add((ReleaseMetadata.DocumentsSegment, whole));
        if (before is var (from, former))
        {
            bench.Documents.Add((
                ReleaseMetadata.DocumentsDeltaSegment(from),
                DocumentRegisterRun.Between(Registers.Open(Of(from, former)), Registers.Open(whole), ZstdFrames.Pack)));
        }
    }

    internal static byte[] Of(ulong version, params string[] numbers) => Registers.Of(version, numbers.Select(static number => new RegisterRow(number)));
}
