using System.Globalization;

namespace EdgeCheckpoint.Decisions;

/// <summary>How fresh the installed list is.</summary>
public enum ListFreshness
{
    /// <summary>There is no readable list; nothing can be screened (guardrail 12).</summary>
    None,

    /// <summary>Within the soft limit.</summary>
    Fresh,

    /// <summary>Past the soft limit, within the hard one: amber.</summary>
    Aging,

    /// <summary>Past the hard limit: matching goes on, every decision carries STALE-LIST.</summary>
    Stale,

    /// <summary>The clock is doubtful, so the age is unknown: at least amber.</summary>
    Unknown,
}

/// <summary>The list in use and its age, as shown on screen and written into every record (guardrail 5).</summary>
/// <param name="Version">Version of the list; null when there is none.</param>
/// <param name="Age">Time since the list was compiled; null when there is no list or the clock is doubtful.</param>
/// <param name="Freshness">What the age means.</param>
public sealed record ListStatus(ulong? Version, TimeSpan? Age, ListFreshness Freshness)
{
    /// <summary>No readable list.</summary>
    public static ListStatus None { get; } = new(null, null, ListFreshness.None);

    /// <summary>Judges the age of a list.</summary>
    /// <param name="version">Version of the list.</param>
    /// <param name="compiledAt">When it was compiled.</param>
    /// <param name="now">The clock; null when it is doubtful.</param>
    /// <param name="softLimit">Amber from here on.</param>
    /// <param name="hardLimit">Stale from here on; longer than the soft limit.</param>
    public static ListStatus Of(
        ulong version, DateTimeOffset compiledAt, DateTimeOffset? now, TimeSpan softLimit, TimeSpan hardLimit)
    {
        if (now is not { } clock || clock < compiledAt - ClockTolerance)
            return new ListStatus(version, null, ListFreshness.Unknown);
        var age = clock < compiledAt ? TimeSpan.Zero : clock - compiledAt;
        return new ListStatus(
            version, age, age >= hardLimit ? ListFreshness.Stale : age >= softLimit ? ListFreshness.Aging : ListFreshness.Fresh);
    }

    /// <summary>A list from the future means that the clock is wrong; so much may the two clocks differ.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    /// <summary>One line for the screen, such as "version 12, 3 h old".</summary>
    public override string ToString() => Freshness switch
    {
        ListFreshness.None => "no list",
        ListFreshness.Unknown => string.Create(CultureInfo.InvariantCulture, $"version {Version}, age UNKNOWN"),
        _ => string.Create(CultureInfo.InvariantCulture, $"version {Version}, {AgeText(Age ?? TimeSpan.Zero)} old"),
    };

    private static string AgeText(TimeSpan age) =>
        age < TimeSpan.FromMinutes(90) ? string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} min")
        : age < TimeSpan.FromHours(48) ? string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays} days");
}
