using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using Google.Protobuf;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Enrolment between its messages and what it says; the same over the wire and on a stick.</summary>
internal static class WireEnrolment
{
    public static JoinApplication Read(JoinRequest request) => new(
        request.TicketId,
        request.TicketSecret.Memory,
        request.CertificateRequestDer.Memory,
        request.StoragePublicKeySpki.Memory,
        request.StorageKeySignature.Memory,
        request.HardwareSerial,
        request.Epoch.Memory);

    public static JoinResponse Answer(JoinStanding standing, int retrySeconds)
    {
        var isPending = standing.Appliance.State == ApplianceState.Pending;
        return new JoinResponse
        {
            State = isPending ? JoinState.Pending : JoinState.Admitted,
            ApplianceId = standing.Appliance.ApplianceId,
            CertificateDer = ByteString.CopyFrom(standing.CertificateDer ?? []),
            FingerprintSha256Hex = Enrolment.Fingerprint(standing.Appliance.SigningSpki),
            RetryAfterSeconds = isPending ? (uint)retrySeconds : 0,
            PostName = standing.Appliance.PostName,
            ReplacedApplianceId = standing.Replaces,
        };
    }

    /// <summary>The roots that were asked for; false when the site never had the pinned one.</summary>
    public static bool TryFindRoots(ImmutableArray<SignedMetadata> chain, GetSiteRootsRequest request, out IEnumerable<SignedMetadata> roots)
    {
        roots = [];
        var parsed = chain.Select(static root => RootMetadata.Parse(root.Metadata).Value).ToArray();
        var pinned = Array.FindIndex(parsed, root => request.RootPin.Length == JoinTicketCode.PinLength
            && root.Pin.Span[..JoinTicketCode.PinLength].SequenceEqual(request.RootPin.Span));
        if (pinned < 0)
            return false;
        roots = chain.Skip(pinned).Where((_, i) => request.AfterVersion == 0 || parsed[pinned + i].Version > request.AfterVersion);
        return true;
    }
}
