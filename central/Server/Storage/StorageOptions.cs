using System.ComponentModel.DataAnnotations;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>Where central keeps everything: SQLite in the data folder, or PostgreSQL for several nodes (DESIGN §9).</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary><c>postgres://USER@HOST:5432/DATABASE</c>; empty for SQLite. Every node of a site has the same.</summary>
    public string Postgres { get; set; } = "";

    /// <summary>File with the password of that user, readable by its owner alone; empty where the server asks for none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Connections of this node to the database at once; of all nodes together fewer than the server allows.</summary>
    [Range(2, 200)]
    public int ConnectionsMax { get; set; } = 16;

    /// <summary>Reads them from the options of the data folder and the environment, as commands and server do alike.</summary>
    /// <exception cref="CentralFault">They are not valid.</exception>
    public static StorageOptions Read(DataFolder folder)
    {
        var options = new ConfigurationBuilder()
            .AddJsonFile(folder.OptionsFile, optional: true, reloadOnChange: false)
            .AddEnvironmentVariables("CENTRAL_CHECKPOINT_")
            .Build()
            .GetSection(Section)
            .Get<StorageOptions>() ?? new StorageOptions();
        if (new StorageOptionsValidator().Validate(null, options) is { Failed: true } failure)
            throw new CentralFault(failure.FailureMessage);
        return options.Postgres.Length == 0 || PostgresAddress.IsOne(options.Postgres)
            ? options
            : throw new CentralFault($"Storage:Postgres takes postgres://USER@HOST:5432/DATABASE, not {options.Postgres}.");
    }
}

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
