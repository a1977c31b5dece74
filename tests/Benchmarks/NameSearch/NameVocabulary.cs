namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// Name tokens of one part of the world in one place of the name: a head of common ones, written out, and a tail without
/// end, made of syllables or as a respelling of a commoner token.
/// </summary>
/// <remarks>
/// Ranks follow a Zipf-Mandelbrot law, P(rank >= r) = (1 + r / 80)^-0.54: with some ten vocabularies that gives about 0.18
/// distinct tokens a name in a million names and 0.1 in five million, as merged public lists have.
/// </remarks>
internal sealed class NameVocabulary
{
    private const double Shift = 80;
    private const double TailExponent = 0.54;

    /// <summary>Share of tail tokens that are another spelling of a commoner one.</summary>
    private const double RespelledShare = 0.4;

    /// <summary>Before the ending; two are commonest.</summary>
    private static readonly int[] SyllableCounts = [1, 2, 2, 2, 2, 3, 3, 3];

    private readonly string[] _head;
    private readonly string[] _syllables;
    private readonly string[] _endings;
    private readonly double _headShare;
    private readonly int _seed;
    private readonly Dictionary<long, string> _tail = [];

    /// <param name="head">Commonest first.</param>
    /// <param name="headShare">How often a draw is bound to come from the head, there by 1 / rank.</param>
    /// <param name="syllables">Parts of tail tokens, parted by spaces.</param>
    /// <param name="endings">Last parts of tail tokens, parted by spaces.</param>
    public NameVocabulary(string head, double headShare, string syllables, string endings, int seed)
    {
        _head = head.Split(' ');
        _headShare = headShare;
        _syllables = syllables.Split(' ');
        _endings = endings.Split(' ');
        _seed = seed;
    }

    public string Draw(Random random)
    {
        if (random.NextDouble() < _headShare)
            return _head[(int)Math.Pow(_head.Length, random.NextDouble()) - 1];
        var rank = Shift * (Math.Pow(1 - random.NextDouble(), -1 / TailExponent) - 1);
        return TextOf((long)Math.Min(rank, 1e15));
    }

    private string TextOf(long rank)
    {
        if (rank < _head.Length)
            return _head[rank];
        if (_tail.TryGetValue(rank, out var text))
            return text;

        // The token follows from seed and rank alone, so that a longer list of the same seed begins with the shorter one.
        var random = new Random(unchecked((int)(((ulong)rank * 0x9e3779b97f4a7c15UL) >> 32) ^ _seed));
        text = random.NextDouble() < RespelledShare ? Respell(TextOf(rank / (2 + random.Next(7))), random) : Make(random);
        _tail.Add(rank, text);
        return text;
    }

    private static string Respell(string token, Random random) => random.Next(4) switch
    {
        0 => NameNoise.Double(token, random),
        1 => NameNoise.Substitute(token, random),
        _ => NameNoise.Romanise(token, random),
    };

    private string Make(Random random)
    {
        var text = "";
        for (var count = SyllableCounts[random.Next(SyllableCounts.Length)]; count > 0; count--)
            text += _syllables[random.Next(_syllables.Length)];
        return text + _endings[random.Next(_endings.Length)];
    }
}
