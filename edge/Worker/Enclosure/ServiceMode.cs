using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>Service that is under way.</summary>
/// <param name="StaffNumber">Who began it.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record ServiceVisit(string StaffNumber, string Reason, DateTimeOffset BegunAt, DateTimeOffset EndsAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ServiceVisit))]
internal sealed partial class ServiceJson : JsonSerializerContext;

/// <summary>
/// A technician's time at the open appliance. (1) Journalled first, with the reason, (2) the keys are dropped: a technician sees no traveller, and there
/// is nothing in memory to be found, (3) it is kept on the card. Openings are journalled then and no alarm. It ends by hand or by its time, and lasts over a restart as long as
/// the clock can be believed. An enclosure that is open at its end is an alarm.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class ServiceMode
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly IBoard _board;
    private readonly KeyCustody _custody;
    private readonly JournalStore _journal;
    private readonly ClockKeeper _clock;
    private readonly IOptions<EnclosureOptions> _options;
    private readonly ILogger<ServiceMode> _logger;
    private volatile ServiceVisit? _visit;

    public ServiceMode(
        DataFolder data, IBoard board, KeyCustody custody, JournalStore journal, ClockKeeper clock, IOptions<EnclosureOptions> options, ILogger<ServiceMode> logger)
    {
        (_board, _custody, _journal, _clock, _options, _logger) = (board, custody, journal, clock, options, logger);
        _path = Path.Combine(data.State, "service");
        _visit = DataFolder.ReadState(_path, ServiceJson.Default.ServiceVisit, null!);

        // With a doubtful clock nobody knows whether its time is over: then it is.
        if (_visit is { } visit && !(clock.Read().Trusted is { } now && now >= visit.BegunAt && now < visit.EndsAt))
            Forget();
    }

    /// <summary>Raised when service ends and the enclosure is open.</summary>
    internal event Action? LeftOpen;

    /// <summary>What is under way; null for nothing.</summary>
    internal ServiceVisit? Visit => _visit;

    internal bool IsActive => _visit is not null;

    /// <summary>Begins service.</summary>
    /// <exception cref="SqliteException">It cannot be journalled, and so does not begin.</exception>
    /// <exception cref="IOException">The card cannot be written; service lasts until the next start.</exception>
    internal void Begin(string staffNumber, string reason)
    {
        lock (_gate)
        {
            // 1
            _journal.Append(new RecordDraft(Lane.Audit, RecordKind.ServiceBegun, staffNumber) { Personal = new PersonalPart { Note = reason } });
            _logger.ServiceBegun();

            // 2: from here on nobody signs in, so nothing is opened again behind the dropping.
            var now = _clock.Read().Wall;
            _visit = new ServiceVisit(staffNumber, reason, now, now.AddMinutes(_options.Value.ServiceMinutes));
            _custody.Drop();

            // 3
            DataFolder.Write(_path, JsonSerializer.SerializeToUtf8Bytes(_visit, ServiceJson.Default.ServiceVisit));
        }
    }

    /// <summary>Ends service; nothing happens when none is under way.</summary>
    /// <param name="by">Who ended it; <see cref="RecordDraft.Appliance"/> for its time.</param>
    internal void End(string by)
    {
        lock (_gate)
        {
            if (_visit is null)
                return;
            Forget();
        }

        _journal.Note(new RecordDraft(Lane.Audit, RecordKind.ServiceEnded, by), _logger);
        _logger.ServiceEnded();
        if (!EnclosureContacts.AreClosed(_board))
            LeftOpen?.Invoke();
    }

    /// <summary>What each tick of a clock does.</summary>
    /// <param name="elapsed">Since it began here, by a clock that does not jump.</param>
    internal void Look(TimeSpan elapsed)
    {
        if (_visit is { } visit && (elapsed >= TimeSpan.FromMinutes(_options.Value.ServiceMinutes) || _clock.Read().Trusted >= visit.EndsAt))
            End(RecordDraft.Appliance);
    }

    /// <summary>An opening or closing that was expected.</summary>
    internal void NoteOpening(ContactRole role, ContactLevel level)
    {
        if (_visit is not { } visit)
            return;
        var draft = new RecordDraft(Lane.Audit, RecordKind.ServiceOpening, visit.StaffNumber)
        {
            OutcomeCodes = [(ushort)(level == ContactLevel.Open ? OutcomeCode.DeviceAttention : OutcomeCode.DeviceOk)],
            Personal = new PersonalPart { Note = $"{role}: {level}" },
        };
        _journal.Note(draft, _logger);
    }

    private void Forget()
    {
        _visit = null;
        try
        {
            File.Delete(_path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Its end stands in the file.
        }
    }
}
