using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Health;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>A whole list as central compiled it, in locked memory; generations that deltas made of it share it.</summary>
internal sealed record ListBase(SignedMetadata Release, ReleaseMetadata Metadata, WatchlistPackage Package, LockedMemory Memory);

/// <summary>What deltas changed since the base, as one run over it.</summary>
internal sealed record ListOverlayRun(WatchlistPackage Package, LockedMemory Memory);

/// <summary>One generation of the list: never changed, swapped whole.</summary>
internal sealed record ListGeneration(
    ReleaseMetadata Metadata, ListBase Base, ListOverlayRun? Overlay, WatchlistRuns Runs, WatchlistMatcher Matcher)
{
    /// <summary>An overlay of more than this share of its base is no longer worth keeping: the next release is taken whole.</summary>
    private const double OverlayShareMax = 0.2;

    /// <summary>Age counts from here.</summary>
    internal DateTimeOffset CompiledAt => ClockReading.FromUnixMicroseconds(Metadata.IssuedAtUnixMicroseconds);

    /// <summary>False when the limit on locked memory is too low.</summary>
    internal bool IsLocked => Base.Memory.IsLocked && Overlay?.Memory.IsLocked != false;

    internal bool IsOverlayLarge =>
        Overlay is { } overlay && overlay.Package.EntryCount + overlay.Package.RemovedEntryIds.Count > Base.Package.EntryCount * OverlayShareMax;
}

/// <summary>The list in use. Reading takes the present generation once and keeps it for the whole inspection.</summary>
internal sealed class InstalledList(IOptions<ScreeningOptions> options)
{
    private volatile ListGeneration? _current;
    private volatile string _leaseNotice = "";
    private volatile string _problem = "no list has been installed yet";

    /// <summary>The present generation; null when there is no readable list.</summary>
    internal ListGeneration? Current => _current;

    /// <summary>Why there is no list, why a newer one was refused, or that its lease is about to end; empty when none is so.</summary>
    internal string Problem => _problem.Length > 0 ? _problem : _leaseNotice;

    /// <summary>Raised after a switch.</summary>
    internal event Action? Switched;

    /// <summary>Takes a new generation into use. Inspections under way end on the old one.</summary>
    internal void Switch(ListGeneration generation)
    {
        _current = generation;
        _problem = "";
        Switched?.Invoke();
    }

    /// <summary>Says that the lease of the list's key is about to end; empty for no such thing.</summary>
    internal void NoteLease(string notice) => _leaseNotice = notice;

    /// <summary>Lets go of the list; inspections under way end on it.</summary>
    internal void Close() => _current = null;

    /// <summary>Says why no list could be opened; a list in use stays in use.</summary>
    internal void Report(string problem) => _problem = problem;

    /// <summary>Version and age, as shown and recorded.</summary>
    internal ListStatus Status(ListGeneration? generation, ClockReading clock) =>
        generation is null
            ? ListStatus.None
            : ListStatus.Of(
                generation.Metadata.Version,
                generation.CompiledAt,
                clock.Trusted,
                TimeSpan.FromHours(options.Value.AmberHours),
                TimeSpan.FromHours(options.Value.StaleHours));
}
