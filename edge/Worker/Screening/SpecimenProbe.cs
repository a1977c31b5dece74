using System.Text;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>What the specimen of the self-test says of a list.</summary>
internal enum ProofState
{
    /// <summary>The specimen has not been looked for.</summary>
    NotMade,

    /// <summary>The specimen was found: the list is searched.</summary>
    Found,

    /// <summary>The release was compiled without the specimen, by an older central: nothing is proved either way.</summary>
    NotSeeded,

    /// <summary>The specimen is in the list and was not found: whatever else is in it may be missed too.</summary>
    Missed,
}

/// <summary>The outcome, and in one sentence why; empty when the specimen was found.</summary>
internal sealed record ListProof(ProofState State, string Reason)
{
    internal static ListProof NotMade { get; } = new(ProofState.NotMade, "");

    internal static ListProof Found { get; } = new(ProofState.Found, "");

    internal static ListProof NotSeeded { get; } = new(
        ProofState.NotSeeded, "this release has no specimen to prove the search by: central must publish the list anew");
}

/// <summary>
/// Lays the specimen's passport down, in software, and takes the way of every traveller: (1) the bytes as a reader sends them, cut into a
/// message, (2) the lines parsed and verified, (3) the list searched. No encounter comes of it and nothing of it is a hit of anybody.
/// </summary>
internal static class SpecimenProbe
{
    /// <summary>Never throws: whatever fails on the way is a list that cannot be relied on.</summary>
    internal static ListProof Look(ListGeneration generation, ClockReading now, DateOnly today)
    {
        try
        {
            return LookUnguarded(generation, now, today);
        }
#pragma warning disable CA1031 // As in the pipeline: a search that breaks is a search that failed, and must not stop the counter.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return new ListProof(ProofState.Missed, $"the search broke down ({fault.GetType().Name})");
        }
    }

    private static ListProof LookUnguarded(ListGeneration generation, ClockReading now, DateOnly today)
    {
        // 1
        var framer = new MrzFramer();
        framer.Push(Encoding.ASCII.GetBytes($"\u0002{string.Join('\r', ListSpecimen.PassportLines)}\r\u0003"), 0);
        if (!framer.TryTake(out var scan) || scan.Problem != ScanProblem.None)
            return new ListProof(ProofState.Missed, "the message of the specimen was not taken as a whole");

        // 2
        var read = MrzRepairer.Repair(MrzParser.Parse(scan.Lines, today));
        if (!read.Reading.StrictValid || read.IsRepaired)
            return new ListProof(ProofState.Missed, "the specimen's machine readable zone was misread");

        // 3
        var screening = TravellerScreening.ScreenAll(generation, TravellerScreening.QueryOf(read.Reading), DocumentKind.Of(read), today, now);
        if (screening.Hits.Any(static hit => hit.Entry.EntryId == ListSpecimen.EntryId))
            return ListProof.Found;
        return generation.Runs.Contains(ListSpecimen.EntryId)
            ? new ListProof(ProofState.Missed, "the specimen is in the list and was not found")
            : ListProof.NotSeeded;
    }
}
