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

    /// <summary>Bytes before the statement in its file.</summary>
    private const int HeadLength = RootOffset + sizeof(ulong) + CheckLength;

    private const int RootOffset = sizeof(int);
    private const int CheckLength = 4;

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(data.State, "newest-statement");
    private (NewestStatement Statement, ulong KeptUnderRoot, ulong ReadUnderRoot)? _kept;
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
            // A stick is often older than the last contact: then it is judged by what that said.
            var keptAt = ClockReading.FromUnixMicroseconds(kept.IssuedAtUnixMicroseconds);
            if (!isLive && keptAt >= issued)
                return kept;
            if (keptAt - issued > Tolerance && !IsFromTheFuture(kept))
                return Bad("what central says is newest is older than what it said before");
            if (kept.Releases.FirstOrDefault(before => IsBinding(before.Kind) && (statement.Find(before.Kind) is not { } after || after.Version < before.Version)) is { } gone)
                return Bad($"what central says is newest goes back behind {gone.Kind} {gone.Version}");
        }

        return statement;
    }

    /// <summary>Keeps a statement that was checked and whose log goes on from the one that is known.</summary>
    internal void Keep(NewestStatement statement, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> signature)
    {
        var root = trust.Current.Version;
        var file = new byte[HeadLength + bytes.Length + signature.Length];
        BinaryPrimitives.WriteInt32LittleEndian(file, bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(RootOffset), root);
        CheckOf(file).CopyTo(file.AsSpan(HeadLength - CheckLength));
        bytes.CopyTo(file.AsMemory(HeadLength));
        signature.CopyTo(file.AsMemory(HeadLength + bytes.Length));
        lock (_gate)
        {
            if (Kept() is { } kept && kept.IssuedAtUnixMicroseconds >= statement.IssuedAtUnixMicroseconds && !IsFromTheFuture(kept))
                return;
            DataFolder.Write(_path, file);
            (_kept, _isRead) = ((statement, root, root), true);
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

    /// <summary>Central's clock was wrong once, while this one was doubtful: the statement's time binds nobody, its versions do.</summary>
    private bool IsFromTheFuture(NewestStatement kept) =>
        clock.Read().Trusted is { } now && ClockReading.FromUnixMicroseconds(kept.IssuedAtUnixMicroseconds) > now + Tolerance;

    /// <summary>
    /// What is said of a kind binds no longer than the keys of its releases: whoever stole them may have had a version named as high as there are numbers.
    /// </summary>
    private bool IsBinding(ReleaseKind kind) =>
        _kept is not { KeptUnderRoot: var since } || !Enum.IsDefined(kind) || !trust.HasLostKeys(kind, since);

    /// <summary>Read once, and again after each new root: its keys may be others.</summary>
    private NewestStatement? Kept()
    {
        var root = trust.Current.Version;
        if (!_isRead || (_kept is { } known && known.ReadUnderRoot != root))
        {
            _kept = Read() is var (statement, since) ? (statement, since, root) : null;
            _isRead = true;
        }

        return _kept?.Statement;
    }

    /// <summary>
    /// The file: length of the statement (i32), root under which it was kept (u64), four bytes of that number's hash, statement, signature.
    /// </summary>
    private (NewestStatement Statement, ulong KeptUnderRoot)? Read()
    {
        try
        {
            if (!File.Exists(_path))
                return null;
            ReadOnlyMemory<byte> file = File.ReadAllBytes(_path);
            if (file.Length < HeadLength)
                return null;
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.Span);
            if (length < 0 || length > file.Length - HeadLength || !file.Span[(HeadLength - CheckLength)..HeadLength].SequenceEqual(CheckOf(file.Span)))
                return null;
            var bytes = file.Slice(HeadLength, length);
            return trust.Current.Trust.IsTimestamped(bytes.Span, file.Span[(HeadLength + length)..]) && NewestStatement.Parse(bytes).TryGet(out var statement, out _)
                ? (statement, BinaryPrimitives.ReadUInt64LittleEndian(file.Span[RootOffset..]))
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static byte[] CheckOf(ReadOnlySpan<byte> file) => SHA256.HashData(file.Slice(RootOffset, sizeof(ulong)))[..CheckLength];

    private static ReleaseFailure Bad(string reason) => new(ReleaseStage.Timestamp, reason);
}
