using System.Globalization;
using System.Text;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// Puts a new enrolment in the place of the one on this card: (1) the newcomer enrols in a folder of its own, with keys and an epoch of
/// its own, (2) what was there is moved aside whole, (3) the newcomer takes its place. Nothing of the old one is deleted: what
/// it had not sent is sealed to central, which can still take it. May be repeated after a power cut at any step.
/// </summary>
internal sealed class ApplianceReplacement(DataFolder data)
{
    private const string StagingName = "replacing";
    private const string ReadyName = "replacing-ready";
    private const string AsideName = "replaced";
    private const string AsideNote = "aside";

    /// <summary>What belongs to one enrolment. The newcomer's identity moves last, so that a half-moved folder is not enrolled.</summary>
    private static readonly string[] Parts = [DataFolder.JournalName, "lists", "people", "content-keys", "state", "identity"];

    private string Ready => Path.Combine(data.Path, ReadyName);

    /// <summary>Where the newcomer enrols.</summary>
    internal DataFolder Staging => new(Path.Combine(data.Path, StagingName));

    /// <summary>Where the newcomer's identity lies now: it moves last.</summary>
    internal DataFolder Newcomer =>
        !Directory.Exists(Ready) ? Staging : Directory.Exists(In(Ready, "identity")) ? new DataFolder(Ready) : data;

    /// <summary>True when a newcomer has been admitted and has not yet taken its place.</summary>
    internal bool IsPrepared =>
        Directory.Exists(Ready) || (Directory.Exists(Path.Combine(data.Path, StagingName)) && ApplianceIdentity.Exists(Staging));

    /// <summary>Steps 2 and 3.</summary>
    /// <param name="now">Names the folder of what is moved aside.</param>
    /// <returns>Where the old enrolment lies now; null when there was none.</returns>
    /// <exception cref="IOException">The card cannot be written; run the same again.</exception>
    internal string? TakePlace(DateTimeOffset now)
    {
        if (!IsPrepared)
            throw new InvalidOperationException("No newcomer is ready to take the place.");
        if (!Directory.Exists(Ready))
            MakeReady();
        string? aside = null;
        foreach (var part in Parts.Where(part => Directory.Exists(In(Ready, part)) && Directory.Exists(In(data.Path, part))))
        {
            aside ??= Aside(now);
            Directory.Move(In(data.Path, part), In(aside, part));
        }

        DataFolder.FlushFolder(data.Path);
        foreach (var part in Parts.Where(part => Directory.Exists(In(Ready, part))))
            Directory.Move(In(Ready, part), In(data.Path, part));
        Directory.Delete(Ready, recursive: true);
        DataFolder.FlushFolder(data.Path);
        return aside;
    }

    /// <summary>From here on a part that is no longer in the folder has taken its place: what then lies there is the newcomer's.</summary>
    private void MakeReady()
    {
        foreach (var part in Parts)
            Directory.CreateDirectory(In(Staging.Path, part), DataFolder.PrivateFolder);
        Directory.Move(Staging.Path, Ready);
        DataFolder.FlushFolder(data.Path);
    }

    /// <summary>The same folder again after a power cut: its name is kept beside the newcomer.</summary>
    private string Aside(DateTimeOffset now)
    {
        var note = In(Ready, AsideNote);
        if (!File.Exists(note))
            DataFolder.Write(note, Encoding.ASCII.GetBytes(now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)));
        var folder = Path.Combine(data.Path, AsideName, Path.GetFileName(File.ReadAllText(note)));
        Directory.CreateDirectory(folder, DataFolder.PrivateFolder);
        return folder;
    }

    private static string In(string folder, string part) => Path.Combine(folder, part);
}
