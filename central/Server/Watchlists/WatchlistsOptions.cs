using System.ComponentModel.DataAnnotations;
using EdgeCheckpoint.Central.Keys;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>How lists come in by themselves.</summary>
internal sealed class WatchlistsOptions
{
    public const string Section = "Watchlists";

    /// <summary>Folder with one sub-folder for each source, named by its form; empty for none. README.md has its layout.</summary>
    public string ImportFolder { get; set; } = "";

    /// <summary>How long a file must keep its size and time before it is taken, in seconds.</summary>
    [Range(2, 3_600)]
    public int SettleSeconds { get; set; } = 10;

    /// <summary>Reads them from the options of the data folder and the environment, as commands and server do alike.</summary>
    /// <exception cref="CentralFault">They are not valid.</exception>
    public static WatchlistsOptions Read(DataFolder folder)
    {
        var options = new ConfigurationBuilder()
            .AddJsonFile(folder.OptionsFile, optional: true, reloadOnChange: false)
            .AddEnvironmentVariables("CENTRAL_CHECKPOINT_")
            .Build()
            .GetSection(Section)
            .Get<WatchlistsOptions>() ?? new WatchlistsOptions();
        return new WatchlistsOptionsValidator().Validate(null, options) is { Failed: true } failure
            ? throw new CentralFault(failure.FailureMessage)
            : options;
    }
}

[OptionsValidator]
internal sealed partial class WatchlistsOptionsValidator : IValidateOptions<WatchlistsOptions>;
