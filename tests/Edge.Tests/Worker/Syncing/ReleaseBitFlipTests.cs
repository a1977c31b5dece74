using System.Globalization;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>
/// One bit flips: in what central answers (roots, metadata, signatures, what is newest, the log, leases), in segments on their way, in a stick, and in
/// every file on the card but the journal. It is told by name or does no harm: a listed traveller is never proposed as clear, the service starts with the
/// damaged file, and what central has comes in afterwards. <c>CHECKPOINT_FLIPS</c> says how many.
/// </summary>
public sealed class ReleaseBitFlipTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly ScriptedCentral _central;
    private readonly Random _random;
    private readonly int _flips = Faults.Number("CHECKPOINT_FLIPS", 100);

    public ReleaseBitFlipTests()
    {
        _random = new Random(Faults.Seed(string.Create(CultureInfo.InvariantCulture, $"{_flips} flipped bits")));
        _central = new ScriptedCentral(_bench);
    }

    [Fact]
    public async Task Offered_AnyBitFlippedInAnswersOrSegments_IsNamedOrHarmless()
    {
        Publish(1, deltaFrom: null);
        Suppress(1);
        Admit(1);
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        Assert.Equal(1UL, rig.Version);
        var tally = new Tally();
        ulong version = 1, root = 1;
        Answer[] all = [Answer.Root, Answer.Suppression, Answer.People, Answer.List, Answer.List, Answer.Segment, Answer.Segment, Answer.Log];
        for (var flip = 0; flip < _flips; flip++)
        {
            var about = all[_random.Next(all.Length)];
            version++;
            _bench.Time.Advance(TimeSpan.FromMinutes(5));
            Publish(version, deltaFrom: rig.Version);
            Suppress(version);
            Admit(version);
            if (about == Answer.Root && root == rig.Trust.Current.Version)
                _central.Publish(_bench.Site.Sign(_bench.Site.Root(++root)));
            rig.Notes.Clear();
            var (old, hadSuppression) = (rig.Version, rig.List.Suppression!.Metadata.Version);
            var (flipped, unreadable) = (false, _central.Unreadable);
            var at = _random.NextDouble();
            var bit = (byte)(1 << _random.Next(8));
            _central.Change = (answer, bytes) =>
            {
                if (answer != about || bytes.Length == 0)
                    return bytes;
                flipped = true;
                bytes[(int)(at * bytes.Length)] ^= bit;
                return bytes;
            };
            var when = string.Create(CultureInfo.InvariantCulture, $"flip {flip}, {about} at {at:0.0000}, bit {bit}");

            await rig.LookAsync();

            _central.Change = null;
            Assert.True(rig.Version == old || rig.Version == version, $"{when}: list {rig.Version}");
            Assert.True(rig.List.Suppression!.Metadata.Version is var suppressed && (suppressed == hadSuppression || suppressed == version), $"{when}: delistings {suppressed}");
            Assert.True(WholeAndSigned(rig), $"{when}: list {rig.Version} is not what was signed");
            rig.AssertListedIsNotCleared(when);
            Assert.Equal("", rig.List.Current!.Documents.Problem);
            rig.AssertStolenIsNotCleared(when);
            Assert.False(rig.IsHit(ReleaseRig.Delisted), when);
            var isNew = rig.Version == version && rig.List.Suppression.Metadata.Version == version && rig.People.Current!.Version == version && rig.Trust.Current.Version == root;
            // What does not parse is trouble with the link, which ends the look and is no alarm. Accounts and roots are in no statement: they may be held back.
            var outcome = !flipped ? "not asked" : rig.Notes.Count > 0 ? "named" : isNew ? "harmless" : _central.Unreadable > unreadable ? "unreadable" : "held back";
            Assert.True(outcome != "held back" || about is Answer.Root or Answer.People, $"{when}: list {rig.Version} of {version}, and nobody told");
            tally.Add(about, outcome);

            if (flip % 20 == 0 || flip == _flips - 1)
            {
                await rig.LookAsync();
                Assert.True(rig.Version == version && rig.Trust.Current.Version == root && rig.People.Current!.Version == version, $"{when}: not well afterwards, list {rig.Version} of {version}, {rig.List.Problem}");
            }
        }

        tally.Write();
        Assert.True(tally["named"] > _flips / 4, "too few flips were found");
    }

    [Fact]
    public async Task Bundle_AnyBitFlippedOnTheStick_IsNamedOrHarmless()
    {
        var (before, stick) = await CardAndStickAsync();
        var tally = new Tally();
        for (var flip = 0; flip < _flips; flip++)
        {
            var changed = stick.ToArray();
            // Half of them before the segments, where there is more to spoil.
            var at = _random.Next(2) == 0 ? _random.Next(changed.Length) : _random.Next(Math.Min(changed.Length, 4096));
            changed[at] ^= (byte)(1 << _random.Next(8));
            var when = string.Create(CultureInfo.InvariantCulture, $"flip {flip}, byte {at} of {changed.Length}");
            await OnCardAsync(before.With(Path.Combine("inbox", "bundle"), changed), async rig =>
            {
                rig.Notes.Clear();

                await rig.Sync.TakeBundleAsync(TestContext.Current.CancellationToken);

                Assert.True(rig.Version is 1 or 2 && WholeAndSigned(rig), $"{when}: list {rig.Version}");
                rig.AssertListedIsNotCleared(when);
                rig.AssertStolenIsNotCleared(when);
                Assert.Empty(Directory.GetFiles(rig.Data.Inbox));
                Assert.True(rig.Version == 2 || rig.Notes.Count > 0, $"{when}: nothing was taken, and nobody told");
                tally.Add(Answer.Segment, rig.Notes.Count > 0 ? "named" : "harmless");
                if (flip % 20 != 0)
                    return;
                File.WriteAllBytes(BundleIntake.PathIn(rig.Data), stick);
                await rig.Sync.TakeBundleAsync(TestContext.Current.CancellationToken);
                Assert.Equal(2UL, rig.Version);
            });
        }

        tally.Write();
        Assert.True(tally["named"] > _flips / 2, "too few flips were found");
    }

    [Fact]
    public async Task OnTheCard_AnyBitFlippedInAnyFile_StartsAndIsNamedOrHarmless()
    {
        var (card, _) = await CardAndStickAsync(takeStick: true);
        // Who the appliance is and whom it trusts says so and asks to be enrolled again; the device's keys are the board's.
        var names = card.Files.Keys.Where(static name => !name.StartsWith("identity", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        Assert.True(names.Length >= 14, string.Join(' ', names));
        var untouched = "";
        await OnCardAsync(card, rig =>
        {
            untouched = State(rig);
            return Task.CompletedTask;
        });
        var tally = new Tally();
        for (var flip = 0; flip < _flips; flip++)
        {
            var name = names[_random.Next(names.Length)];
            var changed = card.Files[name].ToArray();
            if (changed.Length == 0)
                continue;
            var at = _random.Next(changed.Length);
            changed[at] ^= (byte)(1 << _random.Next(8));
            var when = string.Create(CultureInfo.InvariantCulture, $"flip {flip}, {name} at {at} of {changed.Length}");
            await OnCardAsync(card.With(name, changed), async rig =>
            {
                rig.AssertListedIsNotCleared(when);
                rig.AssertStolenIsNotCleared(when);
                // Both generations lie on one base: without it there is no list, and everybody is referred until the next contact.
                Assert.True(
                    rig.Version is 2 or 1 ? WholeAndSigned(rig) : rig.List.Problem.Length > 0, $"{when}: list {rig.Version}; {string.Join("; ", rig.Notes)}");
                Assert.True(rig.Lists.HighestVersion() == 2 && rig.Suppressions.HighestVersion() == 1 && rig.Accounts.HighestVersion() == 2, $"{when}: what was seen is forgotten");
                var isSame = State(rig) == untouched;
                Assert.True(isSame || rig.Notes.Count > 0 || rig.Newest.Current is null || rig.List.Problem.Length > 0, $"{when}: {State(rig)} and not {untouched}, and nobody told");
                tally.Add(Answer.Segment, isSame ? "harmless" : rig.Notes.Count > 0 || rig.List.Problem.Length > 0 ? "named" : "statement forgotten");

                await rig.LookAsync();

                Assert.True(rig.Version == 2 && WholeAndSigned(rig), $"{when}: list {rig.Version} after the next look; {rig.List.Problem}");
                Assert.True(rig.IsReported(ReleasedDocuments.Stolen), $"{when}: no documents after the next look; {rig.List.Problem}");
                Assert.True(rig.People.Current?.Version == 2, $"{when}: accounts {rig.People.Current?.Version} after the next look; {rig.People.Problem}");
                Assert.True(rig.List.Suppression?.Metadata.Version == 1, $"{when}: no delistings after the next look");
                Assert.False(rig.IsHit(ReleaseRig.Delisted), when);
                rig.AssertListedIsNotCleared(when);
            });
        }

        tally.Write();
        Assert.True(tally["named"] > _flips / 4, "too few flips were found");
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>A card with first releases in use, and a stick with the next; or the card that took it.</summary>
    private async Task<(CardImage Card, byte[] Stick)> CardAndStickAsync(bool takeStick = false)
    {
        Publish(1, deltaFrom: null);
        Admit(1);
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        var card = CardImage.Of(_bench.Data);
        _bench.Time.Advance(TimeSpan.FromHours(1));
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(2)));
        Publish(2, deltaFrom: 1);
        Suppress(1);
        Admit(2);
        var stick = _central.Bundle();
        if (!takeStick)
            return (card, stick);
        await rig.LookAsync();
        Assert.Equal(2UL, rig.Version);
        return (CardImage.Of(_bench.Data), stick);
    }

    private async Task OnCardAsync(CardImage card, Func<ReleaseRig, Task> look)
    {
        var data = card.Lay();
        try
        {
            using var rig = new ReleaseRig(_bench, _central, data);
            await look(rig);
        }
        finally
        {
            Directory.Delete(data.Path, recursive: true);
        }
    }

    private static bool WholeAndSigned(ReleaseRig rig) =>
        rig.List.Current is { } current
        && StateRoot.Of(current.Overlay is { } overlay ? WatchlistRuns.Of(current.Base.Package, [overlay.Package]) : WatchlistRuns.Of(current.Base.Package))
            .AsSpan().SequenceEqual(current.Metadata.StateRoot.Span);

    /// <summary>What is in use, in a line.</summary>
    private static string State(ReleaseRig rig) => string.Create(
        CultureInfo.InvariantCulture,
        $"list {rig.Version}, delistings {rig.List.Suppression?.Metadata.Version}, accounts {rig.People.Current?.Version}, {rig.List.Current?.Documents.Register?.Count} documents, {rig.List.Status(rig.List.Current, rig.Clock.Read())}, {rig.Newest.Current?.Log.Size}");

    private void Publish(ulong version, ulong? deltaFrom)
    {
        ReleasedDocuments.Give(_bench, version, Numbers(version), deltaFrom is { } former ? (former, Numbers(former)) : null);
        _central.Publish(_bench.Release(version, Entries(version), deltaFrom is { } from ? (from, Entries(from)) : null), _bench.Releases);
    }

    private static string[] Numbers(ulong version) => [ReleasedDocuments.Stolen, $"UY{version}", .. Enumerable.Range(0, 40).Select(static i => $"UZ{i:000}")];

    private static WatchlistEntry[] Entries(ulong version) =>
        [ReleaseRig.Listed, ReleaseRig.Delisted, .. Enumerable.Range(0, 12).Select(i => Bench.Entry($"uto:{10 + i}", $"INVENTED PERSON{(char)('A' + i)}", $"19{60 + i}-0{1 + (int)(version % 9)}-02"))];

    private void Suppress(ulong version) => _central.Publish(
        _bench.ReleaseSuppression(version, removals: [("uto:2", _bench.Time.GetUtcNow().AddHours(72))]), ReleaseStore.OfSuppressions(_bench.Data));

    private void Admit(ulong version) => _central.Publish(
        _bench.ReleasePeople(_bench.NewAccounts(version, _bench.People.Current!.Accounts)), ReleaseStore.OfPeople(_bench.Data));

    /// <summary>How many of what came out how.</summary>
    private sealed class Tally
    {
        private readonly Dictionary<(Answer About, string Outcome), int> _counts = [];

        internal int this[string outcome] => _counts.Where(count => count.Key.Outcome == outcome).Sum(static count => count.Value);

        internal void Add(Answer about, string outcome) => _counts[(about, outcome)] = _counts.GetValueOrDefault((about, outcome)) + 1;

        internal void Write() => TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", _counts.OrderBy(static count => count.Key.About).ThenBy(static count => count.Key.Outcome, StringComparer.Ordinal)
            .Select(static count => string.Create(CultureInfo.InvariantCulture, $"{count.Key.About} {count.Key.Outcome} {count.Value}"))));
    }
}
