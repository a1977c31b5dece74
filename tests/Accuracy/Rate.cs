namespace EdgeCheckpoint.Accuracy;

/// <summary>
/// How often something happened, with the 95 % interval of Wilson's score: it stays sensible where nothing happened at all,
/// which is what most groups of travellers give.
/// </summary>
/// <param name="Count">0 to <paramref name="Of"/>.</param>
/// <param name="Of">Those it could have happened to.</param>
internal readonly record struct Rate(int Count, int Of)
{
    /// <summary>The normal quantile that leaves 2.5 % on each side.</summary>
    private const double Quantile = 1.959964;

    /// <summary>Chance that any of the simultaneous intervals misses.</summary>
    private const double ErrorOfAll = 0.05;

    /// <summary>Halvings of the unit interval: 1e-12 is finer than any rate here.</summary>
    private const int Steps = 40;

    /// <summary>0 to 1; 0 of nobody.</summary>
    internal double Value => Of == 0 ? 0 : (double)Count / Of;

    /// <summary>Lower end of the interval; 0 of nobody.</summary>
    internal double Lower => Of == 0 ? 0 : Bound(-1);

    /// <summary>Upper end of the interval; 1 of nobody.</summary>
    internal double Upper => Of == 0 ? 1 : Bound(1);

    /// <summary>Per 1,000, with its interval.</summary>
    public override string ToString() => $"{Value * 1000,6:0.00} [{Lower * 1000,5:0.00},{Upper * 1000,6:0.00}]";

    /// <summary>
    /// The exact interval (Clopper and Pearson) of one group among many, which holds for all of them at once with 95 %: each gets
    /// the share of the error that Šidák's formula leaves it. Exact, since Wilson's lower end is too high for one or two events at
    /// so small a share.
    /// </summary>
    /// <param name="groups">Groups that are looked at together, from 1.</param>
    internal (double Lower, double Upper) Simultaneous(int groups)
    {
        var side = (1 - Math.Pow(1 - ErrorOfAll, 1.0 / groups)) / 2;
        var (count, of) = (Count, Of);
        var lower = count == 0 ? 0 : Root(share => 1 - AtMost(count - 1, of, share) < side);
        var upper = count == of ? 1 : Root(share => AtMost(count, of, share) > side);
        return (lower, upper);
    }

    /// <summary>Where a condition that holds for small shares ends.</summary>
    private static double Root(Func<double, bool> isBelow)
    {
        var (low, high) = (0.0, 1.0);
        for (var step = 0; step < Steps; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = isBelow(middle) ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Probability of at most so many events among so many tries (binomial).</summary>
    private static double AtMost(int count, int of, double share)
    {
        var term = Math.Pow(1 - share, of);
        var sum = term;
        for (var i = 0; i < count; i++)
        {
            term *= (of - i) / (i + 1.0) * (share / (1 - share));
            sum += term;
        }

        return sum;
    }

    private double Bound(int side)
    {
        var share = Quantile * Quantile / Of;
        var half = Quantile * Math.Sqrt(((Value * (1 - Value)) + (share / 4)) / Of);
        return Math.Clamp((Value + (share / 2) + (side * half)) / (1 + share), 0, 1);
    }
}
