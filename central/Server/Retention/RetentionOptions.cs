using System.ComponentModel.DataAnnotations;
using EdgeCheckpoint.Central.Keys;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Retention;

/// <summary>How long what is kept (DESIGN §9). The defaults are those of the design; a site's law may ask for less, or for more.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>After so many months nobody opens a record or finds it by its person without a second approver.</summary>
    [Range(1, 1200)]
    public int MaskMonths { get; set; } = 6;

    /// <summary>Months after which the keys of an encounter that ended with a refusal are destroyed.</summary>
    [Range(1, 1200)]
    public int RefusedMonths { get; set; } = 36;

    /// <summary>Months after which every key is destroyed: of encounters of which no exit is known.</summary>
    [Range(1, 1200)]
    public int AllMonths { get; set; } = 60;

    /// <summary>Months after which records go whole: plain headers and the sealed parts that nobody can open any more.</summary>
    [Range(1, 1200)]
    public int RecordMonths { get; set; } = 72;

    /// <summary>Code of the site's own State as in a document; with <see cref="OwnCitizensMonths"/>. Empty for none.</summary>
    [StringLength(3)]
    public string OwnState { get; set; } = "";

    /// <summary>Months after which the keys of own citizens' encounters are destroyed; 0 where their law has no time of its own.</summary>
    [Range(0, 1200)]
    public int OwnCitizensMonths { get; set; }

    /// <summary>Reads them from the options of the data folder and the environment, as commands and server do alike.</summary>
    /// <exception cref="CentralFault">They are not valid.</exception>
    public static RetentionOptions Read(DataFolder folder)
    {
        var options = new ConfigurationBuilder()
            .AddJsonFile(folder.OptionsFile, optional: true, reloadOnChange: false)
            .AddEnvironmentVariables("CENTRAL_CHECKPOINT_")
            .Build()
            .GetSection(Section)
            .Get<RetentionOptions>() ?? new RetentionOptions();
        if (new RetentionOptionsValidator().Validate(null, options) is { Failed: true } failure)
            throw new CentralFault(failure.FailureMessage);
        return options.MaskMonths <= options.AllMonths && options.RefusedMonths <= options.AllMonths && options.OwnCitizensMonths <= options.AllMonths
            && options.AllMonths < options.RecordMonths
            ? options
            : throw new CentralFault("Retention: MaskMonths, RefusedMonths and OwnCitizensMonths are at most AllMonths, and AllMonths is less than RecordMonths.");
    }
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
