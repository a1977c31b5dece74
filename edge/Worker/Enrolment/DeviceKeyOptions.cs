using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>Where the device's keys are kept.</summary>
public sealed class DeviceKeyOptions
{
    public const string Section = "DeviceKey";

    /// <summary>The kind of store: "file" is the one there is. Others, such as PKCS#11 or a TPM, are added in <see cref="DeviceKeyStores"/>.</summary>
    [Required]
    public string Store { get; set; } = "file";

    /// <summary>Name of the systemd credential that seals the files, letters, digits, dot, hyphen and underscore.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_.-]{1,64}$")]
    public string Credential { get; set; } = "edge-checkpoint.device-key";
}

[OptionsValidator]
internal sealed partial class DeviceKeyOptionsValidator : IValidateOptions<DeviceKeyOptions>;

/// <summary>Opens the store that the configuration names.</summary>
internal static class DeviceKeyStores
{
    /// <exception cref="OptionsValidationException">The configuration names none that there is.</exception>
    /// <exception cref="InvalidDataException">The credential of this start cannot be used.</exception>
    internal static IDeviceKeyStore Open(IConfiguration configuration, DataFolder data, TimeProvider time)
    {
        var options = new DeviceKeyOptions();
        configuration.GetSection(DeviceKeyOptions.Section).Bind(options);
        var judged = new DeviceKeyOptionsValidator().Validate(DeviceKeyOptions.Section, options);
        if (judged.Failed)
            throw new OptionsValidationException(DeviceKeyOptions.Section, typeof(DeviceKeyOptions), judged.Failures);
        return options.Store switch
        {
            "file" => new DeviceKeyFiles(
                data, DeviceKeySeal.Find(Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), options.Credential), time),
            _ => throw new OptionsValidationException(
                DeviceKeyOptions.Section, typeof(DeviceKeyOptions), [$"{DeviceKeyOptions.Section}:Store is {options.Store}; this program has: file."]),
        };
    }
}
