using System.Collections.Frozen;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>What a gRPC method asks of whoever calls it. The default is the strictest: an active appliance with a certificate in its time.</summary>
/// <param name="MayBeAnonymous">The join ticket stands in for the certificate.</param>
/// <param name="MayBeExpired">A certificate that expired within <see cref="CallerCheck.RenewalGrace"/> will do.</param>
/// <param name="MayBeQuarantined">The method takes, or gives nothing that an appliance in doubt must not have.</param>
/// <param name="MayBeRevoked">
/// A revoked appliance may call, however long ago its certificate expired: a lost one must learn that it is to be wiped.
/// </param>
internal sealed record CallRule(
    bool MayBeAnonymous = false, bool MayBeExpired = false, bool MayBeQuarantined = false, bool MayBeRevoked = false)
{
    private static readonly CallRule Strictest = new();

    /// <summary>Methods that are more open than the default. One that is missing here is closed, so that forgetting it opens no door.</summary>
    private static readonly FrozenDictionary<string, CallRule> Rules = new Dictionary<string, CallRule>
    {
        ["/checkpoint.v1.EnrolmentService/Join"] = new(MayBeAnonymous: true),
        // Public and signed: whoever has a short code asks for the roots before it trusts anybody.
        ["/checkpoint.v1.EnrolmentService/GetSiteRoots"] = new(MayBeAnonymous: true),
        ["/checkpoint.v1.EnrolmentService/Renew"] = new(MayBeExpired: true, MayBeQuarantined: true),
        ["/checkpoint.v1.JournalService/PushRecords"] = new(MayBeQuarantined: true),
        ["/checkpoint.v1.HealthService/ReportHealth"] = new(MayBeQuarantined: true),
        ["/checkpoint.v1.ReleaseService/GetRoot"] = new(MayBeQuarantined: true, MayBeRevoked: true),
        ["/checkpoint.v1.CommandService/PullCommands"] = new(MayBeQuarantined: true, MayBeRevoked: true),
        ["/checkpoint.v1.CommandService/ReportCommand"] = new(MayBeQuarantined: true, MayBeRevoked: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="method">Full name, such as /checkpoint.v1.HealthService/ReportHealth.</param>
    public static CallRule Of(string method) => Rules.GetValueOrDefault(method, Strictest);
}
