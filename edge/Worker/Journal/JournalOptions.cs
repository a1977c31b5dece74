using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Options of the journal.</summary>
public sealed class JournalOptions
{
    public const string Section = "Journal";

    /// <summary>Seconds between checkpoints of the write-ahead log and looks at the disk, 1 to 3,600.</summary>
    [Range(1, 3600)]
    public int CheckpointSeconds { get; set; } = 30;

    /// <summary>Bytes of the file that is given up when the disk is full, so that there is room to go on a while; 0 for none.</summary>
    [Range(0, 1L << 32)]
    public long BallastBytes { get; set; } = 64L << 20;

    /// <summary>From this much of the disk in use, in percent, the appliance asks to be looked after (DESIGN §6).</summary>
    [Range(1, 100)]
    public int AmberPercent { get; set; } = 80;

    /// <summary>From this much of the disk in use, in percent, the officer is told to stop and use paper (DESIGN §6).</summary>
    [Range(1, 100)]
    public int StopPercent { get; set; } = 95;

    /// <summary>Hours from central's backup of a record to the end of the appliance's copy, 1 to 8,760 (DESIGN §9).</summary>
    [Range(1, 8760)]
    public int EraseAfterHours { get; set; } = 72;

    /// <summary>A write-ahead log longer than this, in bytes, is reported (research: an SD card wears and a start takes long).</summary>
    [Range(1 << 20, 1L << 32)]
    public long WalAlarmBytes { get; set; } = 16L << 20;

    /// <summary>Days from one look at every page of a running appliance to the next, 1 to 31.</summary>
    [Range(1, 31)]
    public int CheckDays { get; set; } = 7;

    /// <summary>Hour of the post's own time from which such a look may begin, for three hours, 0 to 23: a night without travellers.</summary>
    [Range(0, 23)]
    public int CheckHour { get; set; } = 2;

    /// <summary>Health records in an epoch of their own file; an epoch is what is shed at once. 16 to 65,536.</summary>
    [Range(16, 65536)]
    public int HealthRecordsPerEpoch { get; set; } = 1024;

    /// <summary>Health records take at most this many bytes on the disk; beyond it the oldest are shed. At least 1 MiB.</summary>
    [Range(1 << 20, 1L << 32)]
    public long HealthBytesMax { get; set; } = 32L << 20;
}

[OptionsValidator]
internal sealed partial class JournalOptionsValidator : IValidateOptions<JournalOptions>;

/// <summary>The officer is asked to look after the disk before being told to stop.</summary>
internal sealed class JournalLimitsValidator : IValidateOptions<JournalOptions>
{
    public ValidateOptionsResult Validate(string? name, JournalOptions options) =>
        options.AmberPercent < options.StopPercent
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Journal:AmberPercent must be less than Journal:StopPercent.");
}
