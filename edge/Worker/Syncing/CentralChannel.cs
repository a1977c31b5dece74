using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Releases;
using Grpc.Net.Client;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>Opens the channel to central: TLS that trusts the authorities of the site's root and nothing else.</summary>
internal static class CentralChannel
{
    /// <summary>Largest message central may send, in bytes: metadata or a 64 KiB piece, with room for framing.</summary>
    private const int ReceiveBytesMax = 256 * 1024;

    /// <summary>Pause between attempts of the channel itself.</summary>
    internal static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Opens a channel. Connects on the first call.</summary>
    /// <param name="address">https address of central's gRPC port.</param>
    /// <param name="root">Gives the newest trusted root; asked at every handshake.</param>
    /// <param name="clientCertificate">The appliance's certificate with its key; null before enrolment.</param>
    /// <param name="verificationTimes">Central's certificate is good when it is at one of these: the wall clock and signed time.</param>
    internal static GrpcChannel Open(
        string address, Func<RootMetadata> root, X509Certificate2? clientCertificate,
        Func<(DateTimeOffset Wall, DateTimeOffset Signed)> verificationTimes)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            // A dead mobile link is noticed without a write (gRPC proposal A8: not below one minute).
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = true,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    IsCentral(certificate, chain, errors, root(), verificationTimes()),
            },
        };
        if (clientCertificate is not null)
            handler.SslOptions.ClientCertificates = [clientCertificate];
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = ReceiveBytesMax,
            // The channel has a back-off of its own, up to two minutes, in which it fails calls without trying: an alert would wait
            // for it with central long back. When to try is for LinkGate to say.
            InitialReconnectBackoff = ReconnectPause,
            MaxReconnectBackoff = ReconnectPause,
            // A call that its deadline ended says so as such, and is not taken for one that central cancelled.
            ThrowOperationCanceledOnCancellation = true,
        });
    }

    /// <summary>
    /// Opens a channel to whoever answers, for the site's public roots alone: what comes over it is believed only when it fits the pin
    /// of a ticket. Nothing secret is ever sent on it.
    /// </summary>
    internal static GrpcChannel OpenForPublicRoots(string address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
#pragma warning disable CA5359 // Nobody is trusted here: the roots are signed, and are compared with the pin of a ticket.
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
        },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = ReceiveBytesMax,
    });

    private static bool IsCentral(
        X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors, RootMetadata root,
        (DateTimeOffset Wall, DateTimeOffset Signed) times)
    {
        if (certificate is null || (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
            return false;
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        var besides = presented?.ChainPolicy.ExtraStore ?? [];
        return ServerCertificate.IsOf(root, leaf, besides, times.Wall) || ServerCertificate.IsOf(root, leaf, besides, times.Signed);
    }
}
