using System.Diagnostics.CodeAnalysis;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.People;

/// <summary>
/// The keys that only device and person together open: closed at every start, opened by the first person who signs in and
/// may see travellers, open until the service stops. Nothing of them reaches the card.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class PostKeyring : IDisposable
{
    private readonly Lock _gate = new();
    private PostSecret? _secret;
    private PrivateScalar? _journal;
    private volatile bool _isTold;

    /// <summary>Raised once they are open.</summary>
    internal event Action? Opened;

    internal bool IsOpen
    {
        get
        {
            lock (_gate)
                return _secret is not null;
        }
    }

    /// <summary>They are open, and everybody who waits for that has opened what they open: a large list takes seconds.</summary>
    internal bool IsSettled => IsOpen && _isTold;

    /// <summary>Key to the appliance's own copy of its journal; null while closed.</summary>
    internal IKeyAgreement? JournalKey
    {
        get
        {
            lock (_gate)
                return _journal;
        }
    }

    /// <summary>Opens the keys with a person's half.</summary>
    /// <returns>Null when they are open; otherwise why they do not open, as a sentence.</returns>
    internal string? Open(PeopleContent people, PostAccount account, PrivateScalar person)
    {
        lock (_gate)
        {
            if (_secret is not null)
                return null;
            if (!KeyWrap.Unwrap(person, account.Grant.Span, PostSecret.HalfContext(people.ApplianceId)).TryGet(out var half, out var failure))
                return $"The account does not open this appliance's keys ({failure.Reason}). Central must issue the accounts again.";
            var secret = new PostSecret(people.DeviceHalf.Span, half, people.ApplianceId);
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(half);
            var journal = secret.JournalKey();
            if (!journal.PublicKeySpki.Span.SequenceEqual(people.JournalPublicKeySpki.Span))
            {
                secret.Dispose();
                journal.Dispose();
                return "The accounts and the keys of this appliance do not belong together. Central must issue the accounts again.";
            }

            (_secret, _journal) = (secret, journal);
        }

        Opened?.Invoke();
        _isTold = true;
        return null;
    }

    /// <summary>Uncovers a content key in place; false while the keys are closed.</summary>
    internal bool TryUncover(Guid releaseId, [DisallowNull] byte[] contentKey)
    {
        lock (_gate)
        {
            _secret?.Cover(releaseId, contentKey);
            return _secret is not null;
        }
    }

    /// <summary>Forgets the keys, as a wipe or a changed secret demands.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _secret?.Dispose();
            _journal?.Dispose();
            (_secret, _journal, _isTold) = (null, null, false);
        }
    }

    public void Dispose() => Close();
}
