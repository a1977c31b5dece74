using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>What is kept of an opening of the enclosure.</summary>
/// <param name="Id">Tells one opening from the next.</param>
/// <param name="At">Wall clock at the opening.</param>
/// <param name="IsTold">The alert is in the journal.</param>
internal sealed record TamperMark(Guid Id, DateTimeOffset At, bool IsTold);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TamperMark))]
internal sealed partial class TamperJson : JsonSerializerContext;

/// <summary>
/// Holds that the enclosure has been opened, however shortly, until a supervisor has seen to it: over restarts and over a loss of power. A mark that
/// cannot be read counts as one.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class TamperLatch
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private volatile TamperMark? _mark;

    public TamperLatch(DataFolder data)
    {
        _path = Path.Combine(data.State, "tamper");
        _mark = Read(_path);
    }

    /// <summary>The opening that nobody has seen to; null for none.</summary>
    internal TamperMark? Mark => _mark;

    internal bool IsOpen => _mark is not null;

    /// <summary>False while an opening has not been journalled.</summary>
    internal bool IsTold => Untold is null;

    /// <summary>Closes over an opening; a second one before the first was seen to is told again.</summary>
    internal void Trip(DateTimeOffset at) => Set(new TamperMark(Guid.NewGuid(), at, IsTold: false));

    /// <summary>What has not been journalled; null for nothing.</summary>
    internal TamperMark? Untold => _mark is { IsTold: false } mark ? mark : null;

    /// <summary>The alert of this opening is durable. One that came meanwhile stays to be told.</summary>
    internal void Told(TamperMark told)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_mark, told))
                Set(told with { IsTold = true });
        }
    }

    /// <summary>A supervisor has seen to this opening. One that came meanwhile, or is not journalled yet, stays.</summary>
    /// <returns>True when the latch is open no more.</returns>
    /// <exception cref="IOException">The card cannot be written: the latch is closed again after the next start.</exception>
    internal bool Release(TamperMark seen)
    {
        lock (_gate)
        {
            if (_mark is not { IsTold: true } mark || mark.Id != seen.Id)
                return false;
            _mark = null;
            File.Delete(_path);
            File.Delete(_path + DataFolder.DamagedEnding);
            DataFolder.FlushFolder(Path.GetDirectoryName(_path)!);
            return true;
        }
    }

    /// <summary>In memory first: a card that cannot be written must not hide an alarm.</summary>
    private void Set(TamperMark mark)
    {
        lock (_gate)
        {
            _mark = mark;
            try
            {
                DataFolder.Write(_path, JsonSerializer.SerializeToUtf8Bytes(mark, TamperJson.Default.TamperMark));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // The journal's part of the health says that the card cannot be written.
            }
        }
    }

    private static TamperMark? Read(string path)
    {
        try
        {
            return DataFolder.ReadState(path, TamperJson.Default.TamperMark, null!) ?? (DataFolder.WasDamaged(path) ? Unreadable() : null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Unreadable();
        }
    }

    private static TamperMark Unreadable() => new(Guid.NewGuid(), DateTimeOffset.UnixEpoch, IsTold: false);
}
