using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Options of the journal.</summary>
public sealed class JournalOptions
{
    public const string Section = "Journal";

    /// <summary>Seconds between checkpoints of the write-ahead log, 1 to 3,600.</summary>
    [Range(1, 3600)]
    public int CheckpointSeconds { get; set; } = 30;
}

[OptionsValidator]
internal sealed partial class JournalOptionsValidator : IValidateOptions<JournalOptions>;
