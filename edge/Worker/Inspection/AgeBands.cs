using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>The age band of a traveller for the plain header, wide enough for statistics only.</summary>
internal static class AgeBands
{
    /// <summary>The band on a day; unknown when the year of birth is.</summary>
    internal static AgeBand Of(string birthDate, DateTimeOffset today)
    {
        if (!PartialDate.TryParse(birthDate, out var birth) || birth.Latest() is not { } latest)
            return AgeBand.Unknown;
        var day = DateOnly.FromDateTime(today.UtcDateTime);
        var age = day.Year - latest.Year - (day.DayOfYear < latest.DayOfYear ? 1 : 0);
        return age switch
        {
            < 12 => AgeBand.Under12,
            < 18 => AgeBand.From12To17,
            < 30 => AgeBand.From18To29,
            < 45 => AgeBand.From30To44,
            < 60 => AgeBand.From45To59,
            _ => AgeBand.From60,
        };
    }
}
