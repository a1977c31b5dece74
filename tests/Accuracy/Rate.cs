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

    /// <summary>0 to 1; 0 of nobody.</summary>
    internal double Value => Of == 0 ? 0 : (double)Count / Of;

    /// <summary>Lower end of the interval; 0 of nobody.</summary>
    internal double Lower => Of == 0 ? 0 : Bound(-1);

    /// <summary>Upper end of the interval; 1 of nobody.</summary>
    internal double Upper => Of == 0 ? 1 : Bound(1);

    /// <summary>Per 1,000, with its interval.</summary>
    public override string ToString() => $"{Value * 1000,6:0.00} [{Lower * 1000,5:0.00},{Upper * 1000,6:0.00}]";

    private double Bound(int side)
    {
        var share = Quantile * Quantile / Of;
        var half = Quantile * Math.Sqrt(((Value * (1 - Value)) + (share / 4)) / Of);
        return Math.Clamp((Value + (share / 2) + (side * half)) / (1 + share), 0, 1);
    }
}
