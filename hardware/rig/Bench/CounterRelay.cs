using System.Net;
using System.Net.Sockets;

namespace EdgeCheckpoint.Bench;

/// <summary>
/// The officer's browser stands outside the guest, and the appliance serves its page on loopback alone. This carries connections from the
/// guest's network card to that page.
/// </summary>
internal sealed class CounterRelay(IPEndPoint outside, IPEndPoint counter)
{
    /// <summary>Carries connections until the program ends.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(outside);
        listener.Start();
        var open = new List<Task>();
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(cancellationToken);
            open.RemoveAll(static task => task.IsCompleted);
            open.Add(CarryAsync(client, cancellationToken));
        }
    }

    private async Task CarryAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var _ = client;
        try
        {
            using var page = new TcpClient();
            await page.ConnectAsync(counter, cancellationToken);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var there = client.GetStream().CopyToAsync(page.GetStream(), both.Token);
            var back = page.GetStream().CopyToAsync(client.GetStream(), both.Token);
            // One side's end is the end: HTTP closes both.
            await Task.WhenAny(there, back);
            await both.CancelAsync();
            await Task.WhenAll(there, back);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            // The page is not there yet, or somebody hung up.
        }
    }
}
