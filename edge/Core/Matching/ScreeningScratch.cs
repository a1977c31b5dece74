using System.Collections.Immutable;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>
/// Room for one screening, taken from a pool: the best names of the entries that may be the traveller, and what was decided of them.
/// Grows to the largest screening there was; empty between two, so that nothing in it tells of a traveller.
/// </summary>
internal sealed class ScreeningScratch
{
    private const int CountUsual = 128;

    /// <summary>The entry of each place in <see cref="_best"/>.</summary>
    private int[] _entries = new int[CountUsual];
    private BestNames[] _best = new BestNames[CountUsual];
    private JudgedEntry[] _judged = new JudgedEntry[CountUsual];
    private int _bestCount;
    private int _judgedCount;

    /// <summary>Entries of one run, in the order in which they were found.</summary>
    internal Span<BestNames> Best => _best.AsSpan(0, _bestCount);

    /// <summary>Entries of all runs that are candidates.</summary>
    internal Span<JudgedEntry> Judged => _judged.AsSpan(0, _judgedCount);

    /// <summary>The best names of an entry; of a new one there are none.</summary>
    /// <param name="entry">Ordinal in the run.</param>
    /// <param name="document">How its documents agree, when it is new.</param>
    internal ref BestNames Of(int entry, DocumentAgreement document = DocumentAgreement.None)
    {
        var at = _entries.AsSpan(0, _bestCount).IndexOf(entry);
        if (at >= 0)
            return ref _best[at];
        if (_bestCount == _best.Length)
        {
            Array.Resize(ref _best, _bestCount * 2);
            Array.Resize(ref _entries, _bestCount * 2);
        }

        _entries[_bestCount] = entry;
        _best[_bestCount] = new BestNames(entry, _bestCount, document);
        return ref _best[_bestCount++];
    }

    internal void Add(in JudgedEntry judged)
    {
        if (_judgedCount == _judged.Length)
            Array.Resize(ref _judged, _judgedCount * 2);
        _judged[_judgedCount++] = judged;
    }

    /// <summary>Forgets the best names: the next run numbers its entries anew.</summary>
    internal void EndRun()
    {
        Best.Clear();
        _entries.AsSpan(0, _bestCount).Clear();
        _bestCount = 0;
    }

    internal void Clear()
    {
        EndRun();
        Judged.Clear();
        _judgedCount = 0;
    }
}

/// <summary>
/// The best-aligned names of an entry: one that is well supported and one weak alias, since they alert by different rules.
/// </summary>
/// <param name="Entry">Ordinal in its run.</param>
/// <param name="Found">How many entries were found before it: settles the order of equals.</param>
/// <param name="Document">How the traveller's document stands to those of the entry.</param>
internal record struct BestNames(int Entry, int Found, DocumentAgreement Document)
{
    internal NameMatch? Supported { get; private set; }

    internal NameMatch? Weak { get; private set; }

    internal readonly float Score => Math.Max(Supported?.Score.Score ?? 0, Weak?.Score.Score ?? 0);

    internal void Offer(in NameMatch match)
    {
        if (match.Quality == NameQuality.Weak)
            Weak = match.IsBetterThan(Weak) ? match : Weak;
        else
            Supported = match.IsBetterThan(Supported) ? match : Supported;
    }
}

/// <summary>An entry that is a candidate.</summary>
/// <param name="Run">The run it stands in.</param>
/// <param name="Entry">Its ordinal there.</param>
/// <param name="Document">How the traveller's document stands to those of the entry.</param>
/// <param name="Verdict">What it is to the traveller.</param>
internal readonly record struct JudgedEntry(int Run, int Entry, DocumentAgreement Document, CandidateVerdict Verdict);

/// <summary>One listed name against the traveller's.</summary>
/// <param name="Name">Ordinal in its run.</param>
/// <param name="Reading">Which reading of the traveller's name.</param>
internal readonly record struct NameMatch(int Name, NameQuality Quality, NameScore Score, int Reading)
{
    /// <summary>A better score; at equal score the better-supported name.</summary>
    internal bool IsBetterThan(NameMatch? other) =>
        other is not { } known || Score.Score > known.Score.Score || (Score.Score == known.Score.Score && Quality < known.Quality);
}

/// <summary>A name that is shown: its alignment, and its tokens to find the text by.</summary>
internal sealed record ExplainedName(ImmutableArray<TokenPair> Pairs, ImmutableArray<string> ListedTokens);
