using System.Net;
using System.Net.Sockets;

namespace EdgeCheckpoint.Testing;

/// <summary>Ports of loopback that nobody had a moment ago, for programs that cannot choose one themselves.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
