using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Accuracy;

/// <summary>
/// <c>pairs</c>: precision, recall and F1 of pairwise comparison per source at the shipped threshold, held against floors
/// that only rise.
/// </summary>
internal static class PairsReport
{
    private const string File = "pairs.tsv";

    /// <summary>
    /// Sources whose dates are real on both sides. In the others a script chose negatives by their disjoint birth years, or
    /// both names come from one record with one date: a date would give the answer away.
    /// </summary>
    private static readonly string[] Dated = ["febrl1", "febrl2", "febrl3", "splink_fake1000", "xlist_same_document"];

    /// <returns>How many figures are below their floor.</returns>
    internal static int Run(string folder, string? errors, TextWriter output, TextWriter errorOutput)
    {
        var threshold = MatchThresholds.Current.Pair;
        var pairs = LabelledPair.Read(Path.Combine(folder, File));
        output.WriteLine($"{pairs.Count} pairs, threshold {threshold:0.00} of {MatchThresholds.Current.Version}");
        var sets = new SortedDictionary<string, List<(double Score, bool IsSame)>>(StringComparer.Ordinal);
        var start = TimeProvider.System.GetTimestamp();
        foreach (var pair in pairs)
        {
            var source = pair.Source.Split('/')[0];
            var name = Add(sets, $"{source} name", pair, isNameOnly: true);
            Add(sets, "all name", pair, isNameOnly: true);
            if (Dated.Contains(source))
                Add(sets, $"{source} dated", pair, isNameOnly: false);
            if (errors is not null && pair.Source.StartsWith(errors, StringComparison.Ordinal) && pair.IsSame != name >= threshold)
                errorOutput.WriteLine($"{pair.Source} {(pair.IsSame ? "MISSED" : "FALSE")} {name:0.00} {pair.Text}");
        }

        var elapsed = TimeProvider.System.GetElapsedTime(start);
        Print(sets, threshold, output);
        output.WriteLine($"{elapsed.TotalMilliseconds:0} ms in all; {Nanoseconds(pairs):0} ns a comparison of two tokens");
        return Floors.Shipped().Check("pairs", Values(sets, threshold), output);
    }

    private static double Add(
        SortedDictionary<string, List<(double Score, bool IsSame)>> sets, string title, LabelledPair pair, bool isNameOnly)
    {
        if (!sets.TryGetValue(title, out var scores))
            sets.Add(title, scores = []);
        var score = PairScore.Of(pair.Left, pair.Right, isNameOnly, MatchThresholds.Current).Score;
        scores.Add((score, pair.IsSame));
        return score;
    }

    /// <summary>Time of one token comparison over the tokens of all pairs, for the eye: no floor holds it.</summary>
    private static double Nanoseconds(List<LabelledPair> pairs)
    {
        const int Rounds = 3;
        var start = 0L;
        var count = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            // The first round compiles; the last is timed.
            (start, count) = (TimeProvider.System.GetTimestamp(), 0);
            foreach (var pair in pairs)
            {
                foreach (var left in pair.Left.Names.SelectMany(static name => name))
                {
                    foreach (var right in pair.Right.Names.SelectMany(static name => name))
                    {
                        TokenSimilarity.Compare(left.Text, right.Text, false);
                        count++;
                    }
                }
            }
        }

        return TimeProvider.System.GetElapsedTime(start).TotalNanoseconds / count;
    }

    private static void Print(SortedDictionary<string, List<(double Score, bool IsSame)>> sets, double threshold, TextWriter output)
    {
        output.WriteLine($"{"",-28} {"pairs",6} {"P",6} {"R",6} {"F1",6} {"best",6} {"at",5}  false alarms");
        foreach (var (title, scores) in sets)
        {
            var figures = Figures.At(threshold, scores);
            var best = Figures.Best(scores);
            output.WriteLine(
                $"{title,-28} {scores.Count,6} {figures.Precision,6:0.000} {figures.Recall,6:0.000} {figures.F1,6:0.000} {best.F1,6:0.000} {best.Threshold,5:0.00}  {figures.FalseAlarms} of {figures.Different}");
        }
    }

    /// <summary>F1 by title, and the share of different people taken for one by title and " false".</summary>
    private static Dictionary<string, double> Values(SortedDictionary<string, List<(double Score, bool IsSame)>> sets, double threshold)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (title, scores) in sets)
        {
            var figures = Figures.At(threshold, scores);
            values.Add(title, figures.F1);
            if (figures.Different > 0)
                values.Add($"{title} false", (double)figures.FalseAlarms / figures.Different);
        }

        return values;
    }
}
