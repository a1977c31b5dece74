using System.Globalization;
using System.Text;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// Destroys what a lost appliance must not give away: (1) a mark on the card, so that a power cut in the middle ends in a wiped
/// appliance, (2) the device's keys and the content keys, (3) accounts and lists. The journal stays: what central has not
/// received is sealed to central, and without the keys to nobody else. Central is told with the key that is still in memory.
/// </summary>
/// <remarks>May be repeated; nothing is missed when it is.</remarks>
internal static class ApplianceWipe
{
    private const string MarkName = "wiped";

    private static readonly string[] EarlierEnrolments = ["replaced", "replacing", "replacing-ready"];

    /// <summary>When the wipe was begun; null when none was.</summary>
    internal static string? BegunAt(DataFolder data)
    {
        var path = MarkOf(data);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Destroys it all. From here on nothing on the card opens a list or a record.</summary>
    /// <exception cref="IOException">The card cannot be written; the wipe goes on at the next start.</exception>
    internal static void Run(DataFolder data, DateTimeOffset now)
    {
        if (BegunAt(data) is null)
            DataFolder.Write(MarkOf(data), Encoding.ASCII.GetBytes(now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        // Who it was and whom it trusted is no secret, and says to whom it must be brought back.
        var keys = Directory.GetFiles(data.Identity).Where(static file => !file.EndsWith(".json", StringComparison.Ordinal));
        foreach (var file in keys.Concat(Directory.GetFiles(data.ContentKeys)))
            DataFolder.Destroy(file);
        foreach (var file in Directory.GetFiles(data.People).Concat(Directory.GetFiles(data.Lists)).Concat(Directory.GetFiles(data.Suppressions)))
            DataFolder.Destroy(file);
        foreach (var file in OfEarlierEnrolments(data))
            DataFolder.Destroy(file);
    }

    /// <summary>Keys, accounts and lists of enrolments that were replaced on this card, and of one that was about to be; their journals stay.</summary>
    private static IEnumerable<string> OfEarlierEnrolments(DataFolder data) =>
        EarlierEnrolments.Select(name => Path.Combine(data.Path, name))
            .Where(Directory.Exists)
            .SelectMany(static folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Where(static file => Path.GetFileName(Path.GetDirectoryName(file)) is "people" or "lists" or "content-keys"
                || (Path.GetFileName(Path.GetDirectoryName(file)) == "identity" && !file.EndsWith(".json", StringComparison.Ordinal)));

    private static string MarkOf(DataFolder data) => Path.Combine(data.State, MarkName);
}
