using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.People;

/// <summary>
/// Bounds failed sign-ins from one address, whatever names it tries: the lock of an account does not see somebody who tries
/// one passphrase on every account. Counted before the check and given back after a good one.
/// </summary>
/// <remarks>In memory: a restart forgives, and each node counts for itself. Safe for parallel use.</remarks>
internal sealed class AddressLimit(IOptions<StaffSessionOptions> options, TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Addresses remembered; beyond it the oldest are forgotten, so that a flood of them cannot fill the memory.</summary>
    private const int AddressesMax = 10_000;

    private const int NetworkBytes = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (DateTimeOffset From, int Count)> _failures = [];

    /// <summary>Counts an attempt; false when the address must wait.</summary>
    public bool TryBegin(IPAddress? address)
    {
        var key = Network(address);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_failures.TryGetValue(key, out var failures) || now - failures.From >= Window)
                failures = (now, 0);
            if (failures.Count >= options.Value.FailuresPerAddressMax)
                return false;
            if (_failures.Count >= AddressesMax && !_failures.ContainsKey(key))
                _failures.Remove(_failures.MinBy(static pair => pair.Value.From).Key);
            _failures[key] = (failures.From, failures.Count + 1);
            return true;
        }
    }

    /// <summary>Gives the attempt back: it was a good one.</summary>
    public void End(IPAddress? address)
    {
        var key = Network(address);
        lock (_lock)
        {
            if (_failures.TryGetValue(key, out var failures))
                _failures[key] = (failures.From, Math.Max(0, failures.Count - 1));
        }
    }

    /// <summary>An IPv6 customer has a whole /64, so that is what counts as one address.</summary>
    private static IPAddress Network(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
