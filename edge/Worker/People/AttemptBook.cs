using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Worker.People;

/// <summary>Failed sign-ins of one account, as kept on the card.</summary>
internal sealed record FailedAttempts(int Count, int LockSeconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Dictionary<string, FailedAttempts>))]
internal sealed partial class AttemptJson : JsonSerializerContext;

/// <summary>
/// Counts failed sign-ins and locks the account for a while: nothing before the fifth, then half a minute, doubling up to a
/// quarter of an hour. The count is on the card before a secret is looked at, so pulling the plug wins nothing: after a
/// restart the whole of the last lock runs again, by elapsed time, whatever the clock says.
/// </summary>
internal sealed class AttemptBook
{
    internal const int FreeAttempts = 4;

    private const int FirstLockSeconds = 30;
    private const int LongestLockSeconds = 15 * 60;

    /// <summary>Accounts that are counted one by one; a post has fewer people, and what is typed beyond counts together.</summary>
    private const int AccountsMax = 512;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, FailedAttempts> _failed;
    private readonly Dictionary<string, long> _lockedSince = [];

    public AttemptBook(DataFolder data, TimeProvider time)
    {
        _time = time;
        _path = Path.Combine(data.State, "sign-in-attempts");
        _failed = Read();
        foreach (var (account, failed) in _failed)
        {
            if (failed.LockSeconds > 0)
                _lockedSince[account] = time.GetTimestamp();
        }
    }

    /// <summary>The lock after so many failed attempts, in seconds.</summary>
    internal static int LockSecondsAfter(int failures) =>
        failures <= FreeAttempts ? 0 : (int)Math.Min(LongestLockSeconds, (long)FirstLockSeconds << Math.Min(failures - FreeAttempts - 1, 20));

    /// <summary>How long an account stays locked; zero when it is not.</summary>
    /// <param name="account">Staff number; empty for numbers this post does not know, which count together.</param>
    internal TimeSpan Remaining(string account)
    {
        lock (_gate)
        {
            if (!_lockedSince.TryGetValue(account, out var since) || !_failed.TryGetValue(account, out var failed))
                return TimeSpan.Zero;
            var left = TimeSpan.FromSeconds(failed.LockSeconds) - _time.GetElapsedTime(since);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Counts an attempt as failed before its secret is looked at.</summary>
    internal void Begin(string account)
    {
        lock (_gate)
        {
            var count = (_failed.TryGetValue(account, out var failed) ? failed.Count : 0) + 1;
            if (failed is null && _failed.Count >= AccountsMax)
                return;
            var seconds = LockSecondsAfter(count);
            _failed[account] = new FailedAttempts(count, seconds);
            if (seconds > 0)
                _lockedSince[account] = _time.GetTimestamp();
            Write();
        }
    }

    /// <summary>Forgets the failed attempts of an account after a good one.</summary>
    internal void Succeed(string account)
    {
        lock (_gate)
        {
            _failed.Remove(account);
            _lockedSince.Remove(account);
            Write();
        }
    }

    private Dictionary<string, FailedAttempts> Read()
    {
        try
        {
            return File.Exists(_path)
                ? JsonSerializer.Deserialize(DataFolder.ReadPrivate(_path), AttemptJson.Default.DictionaryStringFailedAttempts) ?? []
                : [];
        }
        catch (Exception fault) when (fault is JsonException or IOException or InvalidDataException)
        {
            // A file that somebody damaged counts as the longest lock there is, for all together.
            return new Dictionary<string, FailedAttempts> { [""] = new(FreeAttempts + 6, LongestLockSeconds) };
        }
    }

    /// <summary>On a full card the count stays in memory: officers must be able to work.</summary>
    private void Write()
    {
        try
        {
            DataFolder.Write(_path, JsonSerializer.SerializeToUtf8Bytes(_failed, AttemptJson.Default.DictionaryStringFailedAttempts));
        }
        catch (IOException)
        {
        }
    }
}
