using System.CommandLine;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint journal rescue</c>: the records of a card that lies in another reader.</summary>
internal static class JournalCommand
{
    /// <summary>More places with two records are counted only.</summary>
    private const int NamedMax = 20;

    internal static Command Create(Option<string> dataOption)
    {
        var output = new Option<FileInfo>("--out") { Description = "The rescue file to write.", Required = true, HelpName = "FILE" };
        var all = new Option<bool>("--all") { Description = "Also what the card believes central to have, when central was restored from an older backup." };
        var rescue = new Command(
            "rescue",
            "Takes from a card in another reader (--data FOLDER) the records that central does not have, for 'central-checkpoint journal import'. Only reads the "
            + "card, what was put aside as evidence too, and goes round what is damaged; what central cannot take in its place travels inside other records. Nothing personal is "
            + "opened: it is sealed to central. Exit code: 0 all of it, 1 not all or nothing.")
        {
            output, all,
        };
        rescue.SetAction(result => Rescue(result.GetValue(dataOption)!, result.GetValue(output)!, result.GetValue(all)));
        return new Command("journal", "The records on this card.") { rescue };
    }

    private static int Rescue(string dataPath, FileInfo output, bool all)
    {
        var paths = JournalRescue.FilesIn(dataPath);
        if (paths.IsEmpty)
        {
            System.Console.Error.WriteLine($"There is no journal at {JournalStore.PathsIn(dataPath)[0]}; give the card's folder with --data.");
            return 1;
        }

        try
        {
            using var key = OpenKey(dataPath);
            using var file = new FileStream(output.FullName, FileMode.CreateNew, FileAccess.Write);
            var report = JournalRescue.Write(file, paths, key, all, RecordKey(dataPath));
            file.Flush(flushToDisk: true);
            System.Console.Out.WriteLine(
                $"{report.Records} records in {report.Runs} runs, {(key is null ? "not signed: the card's key does not open here" : "signed with the card's key")}. "
                + $"At central: central-checkpoint journal import {output.Name}");
            foreach (var source in report.Files)
                System.Console.Out.WriteLine($"  {Path.GetRelativePath(dataPath, source.Path)}: {source.Records} whole records, {source.OnlyHere} of them in no file above");
            if (report.Carried > 0)
                System.Console.Out.WriteLine($"{report.Carried} records that central cannot take in their place travel inside others.");
            foreach (var forked in report.Forked.Take(NamedMax))
                System.Console.Error.WriteLine($"TWICE: {forked}; the one that others follow was taken. The card was copied and written on: keep it, and look at both.");
            if (report.IsWhole)
                return 0;
            System.Console.Error.WriteLine(
                $"NOT ALL: {report.Lost} records cannot be read, {report.Stranded} stay on the card since it does not say for whom to seal them, {report.Forked.Length} places hold two records. Keep the card.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            System.Console.Error.WriteLine($"Not written: {fault.Message}");
        }

        return 1;
    }

    /// <summary>Central's record key by the newest root on the card; empty when that does not verify.</summary>
    private static ReadOnlyMemory<byte> RecordKey(string dataPath)
    {
        if (!Directory.Exists(Path.Combine(dataPath, "identity")))
            return default;
        try
        {
            return SiteTrust.Load(new DataFolder(dataPath)).Current.RecordKeys[0];
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    /// <summary>The card's signing key, where it lies in plain files; a sealed one opens on its own board only.</summary>
    private static IDeviceKey? OpenKey(string dataPath)
    {
        // Not even a missing folder is made on the card.
        if (!Directory.Exists(Path.Combine(dataPath, "identity")))
            return null;
        try
        {
            var store = new DeviceKeyFiles(new DataFolder(dataPath), seal: null, TimeProvider.System);
            return store.Exists ? store.Load() : null;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
