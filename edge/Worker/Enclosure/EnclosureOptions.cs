using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>What the appliance does when its enclosure is opened, the mains fail, or it is too hot or too cold.</summary>
public sealed class EnclosureOptions : IValidatableObject
{
    public const string Section = "Enclosure";

    /// <summary>
    /// True destroys the keys of the list on the card when the enclosure is opened outside service; central must then lease them anew. False, the
    /// default, drops them from memory until a supervisor signs in.
    /// </summary>
    public bool DestroyKeysOnTamper { get; set; }

    /// <summary>Minutes after which service ends by itself, 5 to 480.</summary>
    [Range(5, 480)]
    public int ServiceMinutes { get; set; } = 60;

    /// <summary>Minutes on battery after which the appliance stops where nothing measures the battery, 1 to 240.</summary>
    [Range(1, 240)]
    public int BatteryMinutes { get; set; } = 10;

    /// <summary>Below this, °C, a warning.</summary>
    [Range(-40, 85)]
    public double WarnBelowCelsius { get; set; } = -10;

    /// <summary>Above this, °C, a warning.</summary>
    [Range(-40, 85)]
    public double WarnAboveCelsius { get; set; } = 60;

    /// <summary>Below this, °C, no new encounters: the lower end of an industrial card's range, with room for the sensor.</summary>
    [Range(-40, 85)]
    public double StopBelowCelsius { get; set; } = -20;

    /// <summary>Above this, °C, no new encounters: the upper end of an industrial card's range (85 °C) less what the card is warmer than the air.</summary>
    [Range(-40, 85)]
    public double StopAboveCelsius { get; set; } = 70;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!(StopBelowCelsius < WarnBelowCelsius && WarnBelowCelsius < WarnAboveCelsius && WarnAboveCelsius < StopAboveCelsius))
            yield return new ValidationResult("Enclosure: StopBelowCelsius, WarnBelowCelsius, WarnAboveCelsius and StopAboveCelsius must rise in this order.");
        if (StopAboveCelsius - StopBelowCelsius < 10)
            yield return new ValidationResult("Enclosure: StopBelowCelsius and StopAboveCelsius must be 10 °C apart: encounters are taken again 3 °C inside.");
    }
}

[OptionsValidator]
internal sealed partial class EnclosureOptionsValidator : IValidateOptions<EnclosureOptions>;
