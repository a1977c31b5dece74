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
    [Required, StringLength(64, MinimumLength = 1)]
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
        if (!options.Credential.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw Wrong($"{DeviceKeyOptions.Section}:Credential is a name of letters, digits, dots, hyphens and underscores, not {options.Credential}.");
        return options.Store switch
        {
            "file" => new DeviceKeyFiles(
                data, DeviceKeySeal.Find(Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), options.Credential), time),
            _ => throw Wrong($"{DeviceKeyOptions.Section}:Store is {options.Store}; this program has: file."),
        };
    }

    private static OptionsValidationException Wrong(string sentence) => new(DeviceKeyOptions.Section, typeof(DeviceKeyOptions), [sentence]);
}
