using System.Globalization;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>How the appliance's certificate stands, for a technician. What central says of it counts more than the clock.</summary>
internal sealed class CertificateWatch(CredentialBook credentials, CentralLink link, ClockKeeper clock, TimeProvider time)
{
    /// <summary>How long after its end a certificate may still renew itself (DESIGN §10).</summary>
    private static readonly TimeSpan RenewalGrace = TimeSpan.FromDays(180);

    /// <summary>A certificate that has no more than this left should have been renewed a month ago.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(30);

    internal DeviceHealth Health()
    {
        var end = credentials.InUse.NotAfter;
        var now = clock.SignedNow() ?? clock.Read().Trusted;
        var (state, detail) = link.State.Refusal switch
        {
            RefusalReason.CertificateSuperseded => (
                DeviceState.Failed, "a newer certificate of this appliance was used: a copy of its card may be in use. Telephone central."),
            RefusalReason.CertificateEnded => (DeviceState.Failed, EndedSince(end)),
            RefusalReason.CertificateUnknown or RefusalReason.CertificateForeign => (
                DeviceState.Failed, "central does not know the certificate: a technician must enrol the appliance anew (edge-checkpoint replace)"),
            _ when now > end + RenewalGrace => (DeviceState.Failed, EndedSince(end)),
            _ when now is null && clock.Read().Wall > end => (
                DeviceState.Attention, $"expired on {Day(end)} if the clock is right: it renews itself when there is a link, or says that it cannot"),
            _ when now > end => (DeviceState.Attention, $"expired on {Day(end)}: it renews itself when there is a link"),
            _ when now > end - Late => (DeviceState.Attention, $"ends {Day(end)} and should have been renewed: it renews itself when there is a link"),
            _ => (DeviceState.Ok, $"until {Day(end)}"),
        };
        return new DeviceHealth(state, detail, time.GetUtcNow());
    }

    private static string EndedSince(DateTimeOffset end) => $"expired on {Day(end)}, too long ago to renew itself: a technician must enrol the appliance anew (edge-checkpoint replace)";

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
