using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Worker.SelfTesting;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>
/// Lets programs of this appliance ask the running service: its address and a key lie in a file that only the service's user and root can
/// read. A page in the browser knows neither.
/// </summary>
internal sealed class LocalDoor(DataFolder data, ILogger<LocalDoor> logger)
{
    internal const string KeyHeader = "X-Local-Key";

    private const int KeyLength = 32;

    private readonly string _key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyLength));

    /// <summary>Writes down where the service answers; a file of an earlier run is replaced. On a card that cannot be written the page comes up all the same.</summary>
    internal void TryOpen(string address)
    {
        try
        {
            DataFolder.Write(PathIn(data), Encoding.ASCII.GetBytes($"{address}\n{_key}\n"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            logger.DoorClosed(fault.Message);
        }
    }

    /// <summary>Address and key of the service that runs, or ran last, on a folder; null when none did.</summary>
    internal static (Uri Address, string Key)? Find(DataFolder data)
    {
        var path = PathIn(data);
        return File.Exists(path) && File.ReadAllText(path).Split('\n') is [var address, { Length: KeyLength * 2 } key, ..] && Uri.TryCreate(address, UriKind.Absolute, out var uri)
            ? (uri, key)
            : null;
    }

    internal bool IsOpenTo(HttpRequest request) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers[KeyHeader].ToString()), Encoding.UTF8.GetBytes(_key));

    private static string PathIn(DataFolder data) => Path.Combine(data.State, "local-door");
}
