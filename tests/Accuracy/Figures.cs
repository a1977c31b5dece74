namespace EdgeCheckpoint.Accuracy;

/// <summary>Precision, recall and F1 of scored pairs at a threshold.</summary>
/// <param name="Precision">Of those said to be the same, how many are; 1 when nothing is said.</param>
/// <param name="Recall">Of those that are the same, how many are said to be.</param>
/// <param name="FalseAlarms">Different people said to be the same.</param>
/// <param name="Different">All pairs of different people.</param>
internal readonly record struct Figures(double Precision, double Recall, int FalseAlarms, int Different)
{
    internal double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    internal static Figures At(double threshold, IReadOnlyCollection<(double Score, bool IsSame)> scores)
    {
        var (hits, alarms, same) = (0, 0, 0);
        foreach (var (score, isSame) in scores)
        {
            same += isSame ? 1 : 0;
            if (score < threshold)
                continue;
            if (isSame)
                hits++;
            else
                alarms++;
        }

        return new Figures(
            hits + alarms == 0 ? 1 : (double)hits / (hits + alarms), same == 0 ? 0 : (double)hits / same, alarms, scores.Count - same);
    }

    /// <summary>The best F1 that any threshold gives: what fitting to these very pairs would claim.</summary>
    internal static (double F1, double Threshold) Best(IReadOnlyCollection<(double Score, bool IsSame)> scores)
    {
        var best = (F1: 0.0, Threshold: 0.0);
        for (var percent = 20; percent < 100; percent++)
        {
            var f1 = At(percent / 100.0, scores).F1;
            if (f1 > best.F1)
                best = (f1, percent / 100.0);
        }

        return best;
    }
}
