using System.Net;
using EdgeCheckpoint.Protos.V1;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>How often an appliance, or an address that has only a ticket, may call.</summary>
internal sealed class CallLimits(IOptions<AppliancesOptions> options, TimeProvider time)
{
    private readonly TokenBuckets _appliances = new(time, options.Value.CallsPerSecond, options.Value.CallsAtOnce);
    private readonly TokenBuckets _addresses = new(time, options.Value.JoinsPerMinute / 60.0, options.Value.JoinsAtOnce);

    /// <returns>Null when the call may go on.</returns>
    public CallRefusal? CheckAppliance(string applianceId) =>
        _appliances.TryTake(applianceId, out var wait) ? null : Refusal($"appliance {applianceId} calls too often", wait);

    /// <returns>Null when the call may go on.</returns>
    public CallRefusal? CheckAddress(IPAddress? address) =>
        _addresses.TryTake(Network(address), out var wait) ? null : Refusal("too many applications come from this address", wait);

    /// <summary>One IPv6 customer has a whole /64 and could otherwise have a bucket for each address in it.</summary>
    private static string Network(IPAddress? address)
    {
        if (address is null)
            return "";
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
    }

    private static CallRefusal Refusal(string reason, TimeSpan wait) =>
        new(RefusalKind.TooOften, $"{reason}; the trailer says when to call again") { Code = RefusalReason.TooManyCalls, RetryAfter = wait };
}
