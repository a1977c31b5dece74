using System.Security.Cryptography;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// The certificate in use and the one that is to follow, both on the card with their keys. Renewing: (1) the next key is durable,
/// (2) its certificate is durable and in use from then on, (3) central has taken a call with it: it becomes the present one. Until then
/// the present one is kept, and can be gone back to. A power cut at any point leaves one of these states; the constructor goes on there.
/// </summary>
/// <remarks>Safe for parallel use: readers take <see cref="InUse"/> once for each call.</remarks>
internal sealed class CredentialBook : IDisposable
{
    private const string NextCertificateName = "certificate-next.der";

    private readonly DataFolder _data;
    private readonly IDeviceKeyStore _store;
    private readonly Lock _gate = new();
    private readonly List<IDeviceKey> _opened = [];
    private ApplianceIdentity _identity;
    private volatile Credential _present;
    private volatile Credential? _next;
    private IDeviceKey? _nextKey;

    /// <exception cref="InvalidDataException">Keys and certificate do not belong together, or cannot be read.</exception>
    internal CredentialBook(DataFolder data, ApplianceIdentity identity, IDeviceKeyStore store)
    {
        (_data, _identity, _store) = (data, identity, store);
        var present = Opened(store.Load());
        var next = store.FindNext() is { } found ? Opened(found) : null;
        if (next is not null && IsFor(identity.CertificateDer, next))
        {
            // The power went between the two halves of step 3.
            store.CommitNext();
            (present, next) = (next, null);
        }

        if (!IsFor(identity.CertificateDer, present))
            throw new InvalidDataException($"The certificate in {data.Identity} is not that of the key beside it. Enrol the appliance anew: edge-checkpoint replace.");
        _present = new Credential(present, identity.CertificateDer);
        var path = NextCertificatePath;
        if (next is not null && File.Exists(path) && File.ReadAllBytes(path) is var der && IsFor(der, next))
            _next = new Credential(next, der);
        else
            File.Delete(path);
    }

    /// <summary>What the appliance shows and signs with: the next one as soon as it has a certificate.</summary>
    internal Credential InUse => _next ?? _present;

    /// <summary>True while the credential in use has not worked yet.</summary>
    internal bool IsUnproven => _next is not null;

    private string NextCertificatePath => Path.Combine(_data.Identity, NextCertificateName);

    /// <summary>The key to ask a certificate for: durable before anybody hears of it, and the same again after a lost reply.</summary>
    internal IDeviceKey NextKey()
    {
        lock (_gate)
            return _nextKey ??= Opened(_store.FindNext() ?? _store.CreateNext());
    }

    /// <summary>Keeps the certificate of the next key and uses it from now on.</summary>
    /// <exception cref="InvalidDataException">It is for another key.</exception>
    internal void KeepNext(IDeviceKey key, byte[] certificateDer)
    {
        lock (_gate)
        {
            if (!IsFor(certificateDer, key))
                throw new InvalidDataException("central answered with a certificate for another key");
            DataFolder.Write(NextCertificatePath, certificateDer);
            _next = new Credential(key, certificateDer);
        }
    }

    /// <summary>The credential in use has worked: the one before it is gone for good.</summary>
    internal void Commit()
    {
        lock (_gate)
        {
            if (_next is not { } proven)
                return;
            var renewed = _identity.WithCertificate(proven.CertificateDer);
            renewed.Save(_data);
            _store.CommitNext();
            File.Delete(NextCertificatePath);
            (_identity, _present, _next, _nextKey) = (renewed, proven, null, null);
        }
    }

    /// <summary>Central does not take the next key or its certificate: goes back to the present one.</summary>
    internal void DropNext()
    {
        lock (_gate)
        {
            (_next, _nextKey) = (null, null);
            File.Delete(NextCertificatePath);
            _store.DropNext();
        }
    }

    /// <summary>Keys of earlier credentials too: a call that began with one may still be signing.</summary>
    public void Dispose()
    {
        foreach (var key in _opened)
            key.Dispose();
    }

    private IDeviceKey Opened(IDeviceKey key)
    {
        _opened.Add(key);
        return key;
    }

    private static bool IsFor(byte[] certificateDer, IDeviceKey key)
    {
        try
        {
            return Credential.IsFor(certificateDer, key);
        }
        catch (CryptographicException)
        {
            // What the power cut left of a file is no certificate.
            return false;
        }
    }
}
