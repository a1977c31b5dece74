using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Renews the appliance's certificate, each time with a new key (DESIGN §10): (1) a credential that has not worked yet is tried first, (2)
/// from day 30 of 90 a new key is made, (3) central certifies it, (4) a call with it makes it the appliance's only one. Each step is
/// durable before the next; after a lost reply or a power cut the next round goes on where it stopped.
/// </summary>
internal sealed class RenewalService(
    CentralLink link,
    CredentialBook credentials,
    SiteTrust trust,
    ClockKeeper clock,
    TimeProvider time,
    IOptions<SyncOptions> options,
    ILogger<RenewalService> logger) : BackgroundService
{
    /// <summary>What is left of a certificate's 90 days when its renewal begins: day 30.</summary>
    internal static readonly TimeSpan RenewalBegin = TimeSpan.FromDays(60);

    /// <summary>A nation's appliances, enrolled in one week, spread their renewals over this; the same each time for one certificate.</summary>
    internal static readonly TimeSpan Spread = TimeSpan.FromDays(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new SyncBackoff(options.Value, Random.Shared);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var isDone = await TryRoundAsync(stoppingToken);
                if (isDone)
                    backoff.Succeeded();
                await Task.Delay(
                    isDone ? TimeSpan.FromSeconds(options.Value.RenewalCheckSeconds) : backoff.Failed(TimeSpan.Zero, isUrgent: true), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; what was begun stands on the card.
        }
    }

    /// <summary>A full or read-only card holds the renewal up, not the appliance.</summary>
    private async Task<bool> TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RoundAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException)
        {
            logger.SyncHeldUp(nameof(RenewalService), fault.Message);
            return false;
        }
    }

    /// <summary>One look.</summary>
    /// <returns>False when something that is due could not be done.</returns>
    internal async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        // 1
        if (credentials.IsUnproven && !await ProveAsync(cancellationToken))
            return false;

        // 2
        if (!IsDue())
            return true;
        var key = credentials.NextKey();

        // 3
        var request = new CertificateRequest("CN=edge-checkpoint", key.SigningKey, HashAlgorithmName.SHA256);
        var asked = await link.AskAsync(
            async (channel, token) => await new EnrolmentService.EnrolmentServiceClient(channel).RenewAsync(
                new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(request.CreateSigningRequest()) }, cancellationToken: token),
            cancellationToken);
        if (!asked.TryGet(out var answer, out var trouble))
        {
            // A key whose certificate was lost on the way and has expired since: the next round makes another.
            if (trouble.Refusal == RefusalReason.KeyUsed)
                credentials.DropNext();
            logger.RenewalFailed(trouble.Detail);
            return false;
        }

        credentials.KeepNext(key, answer.CertificateDer.ToByteArray());
        link.Rebuild();

        // 4
        return await ProveAsync(cancellationToken);
    }

    /// <summary>A real call with the credential in use: only central's answer says that it works.</summary>
    private async Task<bool> ProveAsync(CancellationToken cancellationToken)
    {
        var asked = await link.AskAsync(
            async (channel, token) => await new ReleaseService.ReleaseServiceClient(channel).GetRootAsync(
                new GetRootRequest { AfterVersion = trust.Current.Version }, cancellationToken: token),
            cancellationToken);

        // Expired is an answer too: central knows the certificate, and renewing it is what comes next.
        if (asked.TryGet(out _, out var trouble) || trouble.Refusal == RefusalReason.CertificateExpired)
        {
            credentials.Commit();
            logger.CertificateRenewed(credentials.InUse.NotAfter);
            return true;
        }

        if (trouble.Refusal is RefusalReason.CertificateUnknown or RefusalReason.CertificateForeign or RefusalReason.CertificateSuperseded)
        {
            // As after central was restored from a backup: the present one is still there.
            logger.RenewalFailed(trouble.Detail);
            credentials.DropNext();
            link.Rebuild();
        }

        return false;
    }

    /// <summary>By signed time, else by a clock that is trusted; and whenever central itself says that the certificate has expired.</summary>
    private bool IsDue()
    {
        if (link.State.Refusal == RefusalReason.CertificateExpired)
            return true;
        return (clock.SignedNow() ?? clock.Read().Trusted) is { } now && now >= credentials.InUse.NotAfter - RenewalBegin + Jitter();
    }

    private TimeSpan Jitter()
    {
        var hash = SHA256.HashData(credentials.InUse.CertificateDer);
        return Spread * (BinaryPrimitives.ReadUInt32LittleEndian(hash) / (double)uint.MaxValue);
    }
}
