using System.Collections.Immutable;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>A line for the officer that belongs to no encounter, such as READ AGAIN.</summary>
public sealed record CounterNotice(string Text, bool IsUrgent, DateTimeOffset At);

/// <summary>What the counter screen shows: one immutable snapshot, swapped whole.</summary>
/// <param name="Revision">Rises with every change; the page asks for it.</param>
/// <param name="Open">Oldest first.</param>
/// <param name="Notice">The last notice; null when it has been dealt with.</param>
public sealed record CounterState(long Revision, ImmutableArray<OpenEncounter> Open, CounterNotice? Notice);

/// <summary>The open encounters of this counter. Holds personal data in memory only; the journal has them sealed.</summary>
internal sealed class EncounterBook(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<(OpenEncounter Encounter, long At)> _decided = [];
    private volatile CounterState _state = new(0, [], null);

    internal CounterState State => _state;

    internal OpenEncounter? Newest => _state.Open is [.., var newest] ? newest : null;

    /// <summary>Raised after every change.</summary>
    internal event Action? Changed;

    /// <summary>Brings back what was open when the service stopped.</summary>
    internal int Resume(JournalStore journal, IKeyAgreement key)
    {
        var resumed = ImmutableArray.CreateBuilder<OpenEncounter>();
        var unreadable = 0;
        foreach (var record in journal.OpenEncounters())
        {
            if (RecordHeader.Parse(record.Header).TryGet(out var header, out _)
                && SealedRecord.Open(key, record.WrappedForAppliance.Span, record.Header, record.Ciphertext.Span).TryGet(out var personal, out _)
                && PersonalPart.Decode(personal).TryGet(out var person, out _))
            {
                resumed.Add(new OpenEncounter(header, person, IsResumed: true));
            }
            else
            {
                unreadable++;
            }
        }

        Change(state => state with { Open = [.. resumed, .. state.Open] });
        if (unreadable > 0)
            Notify($"{unreadable} open encounters cannot be read back. Call the technician; lay their documents again.", isUrgent: true);
        return resumed.Count;
    }

    /// <summary>Shows an encounter, in place of an earlier reading of it.</summary>
    internal void Add(OpenEncounter encounter) =>
        Change(state => state with { Open = state.Open.RemoveAll(open => open.Id == encounter.Id).Add(encounter), Notice = null });

    internal OpenEncounter? Find(Guid id) => _state.Open.FirstOrDefault(encounter => encounter.Id == id);

    /// <summary>The open encounter of the same document, screened against the same list; null when there is none.</summary>
    internal OpenEncounter? FindSameDocument(string key, ulong? listVersion) =>
        key.Length == 0 ? null : _state.Open.FirstOrDefault(encounter => encounter.DocumentKey == key && encounter.Verdict.ListVersion == listVersion);

    /// <summary>Puts an open encounter in front again.</summary>
    internal void BringForward(OpenEncounter encounter) =>
        Change(state => state with { Open = state.Open.Remove(encounter).Add(encounter) });

    /// <summary>
    /// The encounter of a document that was decided within the window, screened against the same list; null when there is
    /// none. By elapsed time: a clock that is set meanwhile changes nothing.
    /// </summary>
    internal OpenEncounter? FindDecided(string key, ulong? listVersion, TimeSpan window)
    {
        Forget(window);
        lock (_gate)
        {
            return key.Length == 0
                ? null
                : _decided.LastOrDefault(entry => entry.Encounter.DocumentKey == key && entry.Encounter.Verdict.ListVersion == listVersion).Encounter;
        }
    }

    /// <summary>Puts a decided encounter on the screen again.</summary>
    internal void Reopen(OpenEncounter decided)
    {
        lock (_gate)
            _decided.RemoveAll(entry => entry.Encounter.Id == decided.Id);
        Add(decided with { Showing = Guid.NewGuid() });
    }

    /// <summary>Forgets what was decided longer ago: travellers' data stay in memory no longer than they are of use.</summary>
    internal void Forget(TimeSpan window)
    {
        lock (_gate)
            _decided.RemoveAll(entry => time.GetElapsedTime(entry.At) > window);
    }

    /// <summary>Takes a decided encounter off the screen.</summary>
    internal void Close(OpenEncounter encounter, OutcomeCode outcome)
    {
        lock (_gate)
            _decided.Add((encounter with { Decided = outcome }, time.GetTimestamp()));
        Change(state => state with { Open = state.Open.RemoveAll(open => open.Id == encounter.Id), Notice = null });
    }

    internal void Notify(string text, bool isUrgent) =>
        Change(state => state with { Notice = new CounterNotice(text, isUrgent, time.GetUtcNow()) });

    /// <summary>Forgets every traveller.</summary>
    internal void Clear()
    {
        lock (_gate)
            _decided.Clear();
        Change(static state => state with { Open = [] });
    }

    /// <summary>The last notice has been dealt with.</summary>
    internal void ClearNotice() => Change(static state => state with { Notice = null });

    /// <summary>Something else on the screen changed: list, link, device.</summary>
    internal void Refresh() => Change(static state => state);

    private void Change(Func<CounterState, CounterState> change)
    {
        lock (_gate)
            _state = change(_state) with { Revision = _state.Revision + 1 };
        Changed?.Invoke();
    }
}
