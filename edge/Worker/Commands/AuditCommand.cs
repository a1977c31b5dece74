using System.CommandLine;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint audit verify</c>: whether the journal on this card is whole.</summary>
internal static class AuditCommand
{
    internal static Command Create(Option<string> dataOption)
    {
        var verify = new Command(
            "verify",
            "Checks that no record of the journal is missing, changed or in another order; names the first that is. Reads only, needs no key, "
            + "works beside the running service and with the card in another reader. Exit code: 0 whole, 1 not.");
        verify.SetAction(result => Verify(result.GetValue(dataOption)!));
        return new Command("audit", "The journal of who looked at, changed and decided what.") { verify };
    }

    private static int Verify(string dataPath)
    {
        var paths = JournalStore.PathsIn(dataPath);
        if (!File.Exists(paths[0]))
        {
            System.Console.Error.WriteLine($"There is no journal at {paths[0]}; give the appliance's folder with --data.");
            return 1;
        }

        // Not short-circuited: of two damaged files both are told.
        var broken = paths.Count(static path => File.Exists(path) && !IsWhole(path));
        System.Console.Out.WriteLine(broken == 0 ? "The journal is whole." : "The journal is NOT whole.");
        return broken == 0 ? 0 : 1;
    }

    private static bool IsWhole(string path)
    {
        try
        {
            if (!JournalVerification.Verify(path, checksKeys: true).TryGet(out var lanes, out var broken))
            {
                System.Console.Error.WriteLine($"NOT WHOLE: {broken}. Keep the card as it is, and tell central.");
                return false;
            }

            foreach (var lane in lanes)
                System.Console.Out.WriteLine($"{lane.ApplianceId}  epoch {lane.Epoch}  {lane.Lane,-10}  {lane.Records} records whole");
            return true;
        }
        catch (JournalDamageException damage)
        {
            System.Console.Error.WriteLine($"NOT WHOLE: {path}: {damage.Message}. Keep the card as it is, and tell central.");
            return false;
        }
        catch (SqliteException fault)
        {
            System.Console.Error.WriteLine($"NOT WHOLE: {path} cannot be read (SQLite error {fault.SqliteErrorCode}): {fault.Message}");
            return false;
        }
    }
}
