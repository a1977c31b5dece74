namespace EdgeCheckpoint.Worker.Screening;

/// <summary>A wrapped content key and the end of its lease.</summary>
/// <param name="Wrapped">The key wrapped to the appliance's storage key (<c>Core/Records/KeyWrap</c>).</param>
/// <param name="LeaseExpiresAt">Until when it may be used, by central's clock.</param>
public sealed record LeasedContentKey(ReadOnlyMemory<byte> Wrapped, DateTimeOffset LeaseExpiresAt);

/// <summary>
/// Keeps the content keys of releases, wrapped and leased (DESIGN §7). The store never sees a key in the clear; whoever
/// opens a release unwraps it with the device key. Destroying a key makes its release unreadable, which is how an
/// appliance forgets a list.
/// </summary>
public interface IContentKeyStore
{
    /// <summary>The key of a release; null when there is none.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    LeasedContentKey? Find(Guid releaseId);

    /// <summary>Keeps a key durably, or renews its lease.</summary>
    /// <exception cref="IOException">The store cannot be written; nothing has changed.</exception>
    void Keep(Guid releaseId, LeasedContentKey key);

    /// <summary>Destroys a key; nothing happens when there is none. Safe to repeat after a power cut.</summary>
    void Destroy(Guid releaseId);
}
