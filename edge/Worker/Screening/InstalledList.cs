using System.Collections.Frozen;
using System.Security.Cryptography;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;
using EdgeCheckpoint.Worker.Health;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>A whole list as central compiled it, in locked memory; generations that deltas made of it share it.</summary>
internal sealed record ListBase(SignedMetadata Release, ReleaseMetadata Metadata, WatchlistPackage Package, LockedMemory Memory);

/// <summary>What deltas changed since the base, as one run over it.</summary>
internal sealed record ListOverlayRun(WatchlistPackage Package, LockedMemory Memory);

/// <summary>
/// The stolen, lost and invalidated documents of a generation, in locked memory.
/// </summary>
/// <param name="Register">Null when the release has none, and when they cannot be read.</param>
/// <param name="Problem">Why the documents that the release has cannot be read; empty when they can, or there are none.</param>
internal sealed record ReportedDocuments(DocumentRegister? Register, string Problem)
{
    /// <summary>The site has no such lists.</summary>
    internal static ReportedDocuments None { get; } = new(null, "");
}

/// <summary>One generation of the list: never changed, swapped whole.</summary>
internal sealed record ListGeneration(
    ReleaseMetadata Metadata, ListBase Base, ListOverlayRun? Overlay, WatchlistRuns Runs, WatchlistMatcher Matcher)
{
    /// <summary>An overlay of more than this share of its base is no longer worth keeping: the next release is taken whole.</summary>
    private const double OverlayShareMax = 0.2;

    /// <summary>The documents that are reported stolen, lost or invalid.</summary>
    internal ReportedDocuments Documents { get; init; } = ReportedDocuments.None;

    /// <summary>Entries and documents that were delisted urgently.</summary>
    internal IReadOnlySet<string> Suppressed { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether its specimen was found when it was last looked for.</summary>
    internal ListProof Proof { get; init; } = ListProof.NotMade;

    /// <summary>False when the limit on locked memory is too low.</summary>
    internal bool IsLocked => Base.Memory.IsLocked && Overlay?.Memory.IsLocked != false;

    /// <summary>The same list without entries and documents that were delisted urgently.</summary>
    /// <param name="suppressed">Identifiers, of documents as <see cref="ReportedDocument.SuppressionIdOf"/>; those that are not in the list are passed over.</param>
    /// <param name="since">Day on which they were delisted.</param>
    internal ListGeneration Without(IReadOnlySet<string> suppressed, DateOnly since)
    {
        if (SuppressionRun.Write(Runs, suppressed, since) is not { } written)
            return this with { Suppressed = suppressed };
        var memory = new LockedMemory(written.Length);
        written.CopyTo(memory.Bytes);
        CryptographicOperations.ZeroMemory(written);
        var runs = WatchlistRuns.Of(Runs.Runs[0], [.. Runs.Runs[1..], WatchlistPackage.Open(memory).Value]);
        return this with { Runs = runs, Matcher = new WatchlistMatcher(runs, MatchThresholds.Current), Suppressed = suppressed };
    }

    internal bool IsOverlayLarge =>
        Overlay is { } overlay && overlay.Package.EntryCount + overlay.Package.RemovedEntryIds.Count > Base.Package.EntryCount * OverlayShareMax;
}

/// <summary>The list in use. Reading takes the present generation once and keeps it for the whole inspection.</summary>
internal sealed class InstalledList(IOptions<ScreeningOptions> options, NewestKeeper newest, ClockKeeper clock)
{
    private readonly Lock _gate = new();
    private ListGeneration? _whole;
    private HashSet<string> _inForce = [];
    private volatile Suppression? _suppression;
    private volatile ListGeneration? _current;
    private volatile Lease? _leaseLeft;
    private volatile string _leaseNotice = "";
    private volatile string _lapse = "";
    private volatile string _problem = "no list has been installed yet";

    /// <summary>The present generation; null when there is no readable list.</summary>
    internal ListGeneration? Current => _current;

    /// <summary>The present generation as it lies on the card, urgent delistings or not; null when there is none.</summary>
    internal ListGeneration? Whole
    {
        get
        {
            lock (_gate)
                return _whole;
        }
    }

    /// <summary>
    /// Why there is no list, why the one in use cannot be relied on, why a newer one was refused, that documents are not compared, or that its lease is
    /// about to end; empty when none is so.
    /// </summary>
    internal string Problem => _current is { Proof: { State: ProofState.Missed } missed }
        ? $"the self-test of the list failed: {missed.Reason}"
        : _problem.Length > 0 ? _problem : _lapse.Length > 0 ? _lapse : _leaseNotice;

    /// <summary>The same, or what is left to wish for of a list that works: for screens and central.</summary>
    internal string Remark => Problem is { Length: > 0 } problem ? problem : _current is { Proof: { State: ProofState.NotSeeded } unproven } ? unproven.Reason : "";

    /// <summary>Raised after a switch.</summary>
    internal event Action? Switched;

    /// <summary>The urgent delistings that are known; null for none.</summary>
    internal Suppression? Suppression => _suppression;

    /// <summary>Takes a new generation into use. Inspections under way end on the old one.</summary>
    internal void Switch(ListGeneration generation)
    {
        lock (_gate)
        {
            _whole = generation;
            _inForce = [];
            Compose();
            _lapse = LapseOf(generation);
            _problem = generation.Documents.Problem.Length == 0 ? "" : $"documents reported stolen or lost are not checked: {generation.Documents.Problem}";
        }

        Switched?.Invoke();
    }

    /// <summary>Takes urgent delistings into use, over this list and those that come.</summary>
    internal void Suppress(Suppression suppression)
    {
        lock (_gate)
            _suppression = suppression;
        if (ReviewSuppression())
            Switched?.Invoke();
    }

    /// <summary>Looks whether delistings, or lists of documents, have lapsed, as the clock has it.</summary>
    internal void Review()
    {
        _lapse = Current is { } generation ? LapseOf(generation) : "";
        if (ReviewSuppression())
            Switched?.Invoke();
    }

    private string LapseOf(ListGeneration generation) =>
        clock.Read().Trusted is { } now ? generation.Documents.Register?.LapseOn(DateOnly.FromDateTime(now.UtcDateTime)) ?? "" : "";

    private bool ReviewSuppression()
    {
        lock (_gate)
        {
            if (_whole is null || (_suppression?.InForce(clock.Read()) ?? []).SetEquals(_inForce))
                return false;
            Compose();
            return true;
        }
    }

    /// <summary>Looks for the specimen in the list in use, and says so on every traveller to come.</summary>
    /// <returns>What it says of the list; null when there is none.</returns>
    internal ListProof? Prove()
    {
        ListProof? before, now;
        lock (_gate)
        {
            if (_current is not { } generation)
                return null;
            before = generation.Proof;
            _current = Proved(generation);
            now = _current.Proof;
        }

        if (now != before)
            Switched?.Invoke();
        return now;
    }

    private ListGeneration Proved(ListGeneration generation)
    {
        var now = clock.Read();
        return generation with
        {
            Proof = SpecimenProbe.Look(generation, now, DateOnly.FromDateTime((now.Trusted ?? clock.VerificationTime()).UtcDateTime)),
        };
    }

    /// <summary>Nobody is screened by a generation whose specimen was not looked for.</summary>
    private void Compose()
    {
        _inForce = _suppression?.InForce(clock.Read()) ?? [];
        _current = Proved(_suppression is { } suppression && _inForce.Count > 0
            ? _whole!.Without(_inForce, DateOnly.FromDateTime(ClockReading.FromUnixMicroseconds(suppression.Metadata.IssuedAtUnixMicroseconds).UtcDateTime))
            : _whole!);
    }

    /// <summary>How long the lease of the list's key lasts without contact, when it was last looked at; null when there is no list, or the clock is doubtful.</summary>
    internal TimeSpan? LeaseLeft => _leaseLeft?.Left;

    /// <summary>Says how long the lease of the list's key lasts, and that it is about to end; empty for no such thing.</summary>
    internal void NoteLease(TimeSpan? left, string notice) => (_leaseLeft, _leaseNotice) = (left is { } known ? new Lease(known) : null, notice);

    private sealed record Lease(TimeSpan Left);

    /// <summary>Lets go of the list; inspections under way end on it.</summary>
    internal void Close()
    {
        lock (_gate)
            (_whole, _current) = (null, null);
    }

    /// <summary>Says why no list could be opened; a list in use stays in use.</summary>
    internal void Report(string problem) => _problem = problem;

    /// <summary>Version and age, as shown and recorded.</summary>
    internal ListStatus Status(ListGeneration? generation, ClockReading clock) =>
        generation is null
            ? ListStatus.None
            : ListStatus.Of(
                generation.Metadata.Version,
                newest.KnownNewestAt(generation.Metadata),
                clock.Trusted,
                TimeSpan.FromHours(options.Value.AmberHours),
                TimeSpan.FromHours(options.Value.StaleHours));
}
