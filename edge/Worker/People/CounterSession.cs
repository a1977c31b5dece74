using System.Security.Cryptography;
using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Worker.People;

/// <summary>Who is signed in at the counter.</summary>
public sealed record SignedInPerson(string StaffNumber, string Name, PostRole Role);

/// <summary>
/// The one session of the counter. It belongs to the browser that signed in: another browser on the appliance, or the same
/// one after its cookies are gone, has to sign in itself. Locked, it shows nothing and does nothing until its person, or
/// another, signs in.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class CounterSession(TimeProvider time)
{
    private readonly Lock _gate = new();
    private SignedInPerson? _person;
    private byte[] _keySha256 = [];
    private bool _isLocked;
    private long _activeAt;
    private long _begunAt;
    private bool _knowsListIsStale;

    /// <summary>Raised when somebody signs in or out, and when the screen locks or unlocks.</summary>
    internal event Action? Changed;

    /// <summary>Who is signed in, also behind a locked screen; null for nobody.</summary>
    internal SignedInPerson? Person
    {
        get
        {
            lock (_gate)
                return _person;
        }
    }

    internal bool IsLocked
    {
        get
        {
            lock (_gate)
                return _isLocked;
        }
    }

    /// <summary>Who may work now: somebody is signed in, and the screen is not locked.</summary>
    internal SignedInPerson? Working
    {
        get
        {
            lock (_gate)
                return _isLocked ? null : _person;
        }
    }

    /// <summary>True when this browser's key is that of the session.</summary>
    internal bool IsOf(string browserKey)
    {
        lock (_gate)
            return _person is not null && CryptographicOperations.FixedTimeEquals(_keySha256, HashOf(browserKey));
    }

    /// <summary>Begins a session, or unlocks the same person's.</summary>
    internal void Begin(SignedInPerson person, string browserKey)
    {
        lock (_gate)
        {
            if (_person?.StaffNumber != person.StaffNumber)
                (_begunAt, _knowsListIsStale) = (time.GetTimestamp(), false);
            (_person, _keySha256, _isLocked, _activeAt) = (person, HashOf(browserKey), false, time.GetTimestamp());
        }

        Changed?.Invoke();
    }

    internal void End()
    {
        lock (_gate)
            (_person, _keySha256, _isLocked, _knowsListIsStale) = (null, [], false, false);
        Changed?.Invoke();
    }

    /// <summary>Locks the screen; false when nobody is signed in or it is locked.</summary>
    internal bool Lock()
    {
        lock (_gate)
        {
            if (_person is null || _isLocked)
                return false;
            _isLocked = true;
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>Somebody pressed a key, clicked or laid a document down.</summary>
    internal void Touch()
    {
        lock (_gate)
            _activeAt = time.GetTimestamp();
    }

    /// <summary>Whoever is signed in has acknowledged, once for the shift, that the list is past its hard limit (guardrail 12).</summary>
    internal bool KnowsListIsStale
    {
        get
        {
            lock (_gate)
                return _person is not null && _knowsListIsStale;
        }
    }

    /// <inheritdoc cref="KnowsListIsStale"/>
    internal void AcknowledgeStaleList()
    {
        lock (_gate)
            _knowsListIsStale = _person is not null;
    }

    internal TimeSpan Idle
    {
        get
        {
            lock (_gate)
                return time.GetElapsedTime(_activeAt);
        }
    }

    /// <summary>How long the person has been signed in, also behind a locked screen.</summary>
    internal TimeSpan Age
    {
        get
        {
            lock (_gate)
                return time.GetElapsedTime(_begunAt);
        }
    }

    private static byte[] HashOf(string browserKey) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(browserKey));
}
