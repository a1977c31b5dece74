using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>Options of the inspection.</summary>
public sealed class InspectionOptions
{
    public const string Section = "Inspection";

    /// <summary>A document laid again within this many seconds of its decision makes no second encounter, 0 to 600.</summary>
    [Range(0, 600)]
    public double RepeatSeconds { get; set; } = 10;
}

[OptionsValidator]
internal sealed partial class InspectionOptionsValidator : IValidateOptions<InspectionOptions>;
