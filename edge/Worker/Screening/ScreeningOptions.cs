using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>Options of the list in use.</summary>
public sealed class ScreeningOptions : IValidatableObject
{
    public const string Section = "Screening";

    /// <summary>Hours after which the age of the list shows amber, 1 to 720.</summary>
    [Range(1, 720)]
    public double AmberHours { get; set; } = 24;

    /// <summary>Hours after which the list is stale and every decision says so, 2 to 2,160; more than the amber limit.</summary>
    [Range(2, 2160)]
    public double StaleHours { get; set; } = 168;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (StaleHours <= AmberHours)
            yield return new ValidationResult("Screening:StaleHours must be more than Screening:AmberHours.");
    }
}

[OptionsValidator]
internal sealed partial class ScreeningOptionsValidator : IValidateOptions<ScreeningOptions>;
