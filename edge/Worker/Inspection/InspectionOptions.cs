using System.ComponentModel.DataAnnotations;
using EdgeCheckpoint.Watchlists;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>Options of the inspection.</summary>
public sealed class InspectionOptions
{
    public const string Section = "Inspection";

    /// <summary>A document laid again within this many seconds of its decision makes no second encounter, 0 to 600.</summary>
    [Range(0, 600)]
    public double RepeatSeconds { get; set; } = 10;

    /// <summary>
    /// Which way travellers cross at this counter: Entry or Exit. Entries that are asked for at the other crossing then do not match.
    /// Both, or nothing, where travellers of both ways come to it: then every entry matches.
    /// </summary>
    [EnumDataType(typeof(CrossingDirection))]
    public CrossingDirection Direction { get; set; }
}

[OptionsValidator]
internal sealed partial class InspectionOptionsValidator : IValidateOptions<InspectionOptions>;
