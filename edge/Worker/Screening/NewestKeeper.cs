using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>
/// What central last vouched for as newest, kept on the card: the age of the list counts from it, and neither the statement nor the release
/// log under it goes back. One that no timestamp key of the present root signed counts for nothing, so a key that was stolen
/// and replaced leaves nothing behind.
/// </summary>
internal sealed class NewestKeeper(DataFolder data, SiteTrust trust, ClockKeeper clock)
{
    /// <summary>As far may clocks differ: central's from this one, and those of its nodes from each other.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(data.State, "newest-statement");
    private (NewestStatement Statement, ulong RootVersion)? _kept;
    private bool _isRead;

    /// <summary>The newest statement; null when none has come, or its key is no longer trusted.</summary>
    internal NewestStatement? Current
    {
        get
        {
            lock (_gate)
                return Kept();
        }
    }

    /// <summary>Checks a statement before it is believed: signature, shape, time, and that it does not go back.</summary>
    /// <returns>The statement, whose log is still to be followed (<see cref="ReleaseLogHead.Take"/>), or why it is refused.</returns>
    /// <param name="isLive">False for one that was carried here: it may have expired on its way, and is believed of its time.</param>
    internal Result<NewestStatement, ReleaseFailure> Check(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> signature, bool isLive = true)
    {
        if (!trust.Current.Trust.IsTimestamped(bytes.Span, signature))
            return Bad("what central says is newest bears no signature of a timestamp key of the site");
        if (!NewestStatement.Parse(bytes).TryGet(out var statement, out var failure))
            return failure;
        var issued = ClockReading.FromUnixMicroseconds(statement.IssuedAtUnixMicroseconds);
        if (clock.Read().Trusted is { } now)
        {
            if (issued > now + Tolerance)
                return Bad("what central says is newest comes from the future");
            if (isLive && ClockReading.FromUnixMicroseconds(statement.ExpiresAtUnixMicroseconds) <= now)
                return Bad("what central says is newest has expired");
        }

        lock (_gate)
        {
            if (Kept() is not { } kept)
                return statement;
            if (ClockReading.FromUnixMicroseconds(kept.IssuedAtUnixMicroseconds) - issued > Tolerance)
                return Bad("what central says is newest is older than what it said before");
            if (kept.Releases.FirstOrDefault(before => statement.Find(before.Kind) is not { } after || after.Version < before.Version) is { } gone)
                return Bad($"what central says is newest goes back behind {gone.Kind} {gone.Version}");
        }

        return statement;
    }

    /// <summary>Keeps a statement that was checked and whose log goes on from the one that is known.</summary>
    internal void Keep(NewestStatement statement, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> signature)
    {
        var file = new byte[sizeof(int) + bytes.Length + signature.Length];
        BinaryPrimitives.WriteInt32LittleEndian(file, bytes.Length);
        bytes.CopyTo(file.AsMemory(sizeof(int)));
        signature.CopyTo(file.AsMemory(sizeof(int) + bytes.Length));
        lock (_gate)
        {
            if (Kept() is { } kept && kept.IssuedAtUnixMicroseconds >= statement.IssuedAtUnixMicroseconds)
                return;
            DataFolder.Write(_path, file);
            (_kept, _isRead) = ((statement, trust.Current.Version), true);
        }
    }

    /// <summary>When the list in use was last known to be the newest; when it was made where nothing vouches for it.</summary>
    internal DateTimeOffset KnownNewestAt(ReleaseMetadata metadata)
    {
        var made = ClockReading.FromUnixMicroseconds(metadata.IssuedAtUnixMicroseconds);
        if (Current is not { } statement || !statement.Names(metadata.Kind, metadata.Version, SHA256.HashData(metadata.Bytes.Span)))
            return made;
        var vouched = ClockReading.FromUnixMicroseconds(statement.IssuedAtUnixMicroseconds);
        return vouched > made ? vouched : made;
    }

    /// <summary>Read once, and again after each new root: its keys may be others.</summary>
    private NewestStatement? Kept()
    {
        var root = trust.Current.Version;
        if (!_isRead || (_kept is { } known && known.RootVersion != root))
        {
            _kept = Read() is { } statement ? (statement, root) : null;
            _isRead = true;
        }

        return _kept?.Statement;
    }

    private NewestStatement? Read()
    {
        try
        {
            if (!File.Exists(_path))
                return null;
            ReadOnlyMemory<byte> file = File.ReadAllBytes(_path);
            var length = file.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(file.Span);
            if (length < 0 || length > file.Length - sizeof(int))
                return null;
            var bytes = file.Slice(sizeof(int), length);
            return trust.Current.Trust.IsTimestamped(bytes.Span, file.Span[(sizeof(int) + length)..]) && NewestStatement.Parse(bytes).TryGet(out var statement, out _)
                ? statement
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static ReleaseFailure Bad(string reason) => new(ReleaseStage.Timestamp, reason);
}
