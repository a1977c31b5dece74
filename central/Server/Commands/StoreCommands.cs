using System.CommandLine;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Retention;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Copying;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>A backup of the store, while central works.</summary>
internal sealed class BackupCommand : ICommandPart
{
    private readonly Option<FileInfo> _out = new("--out") { Description = "File to write; must not be there yet.", HelpName = "FILE", Required = true };

    public Command Build()
    {
        var command = new Command(
            "backup",
            "Write the whole store into one file, as of now, while central works; from SQLite and from PostgreSQL alike. The keys of the site are not in it: "
            + "back up the folder 'keys' apart from it, since both together open every record.")
        {
            _out,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var file = parsed.GetValue(_out)!;
        await session.Get<ICentralStore>().Audit.AppendAsync(
            session.Get<Auditor>().Event(CommonOptions.ActorOf(parsed), AuditAction.StoreBackedUp, file.Name), cancellationToken);
        var store = session.Get<ICentralStore>();

        // Read before: what the copy holds goes at least as far. Told after it is whole: appliances then count 72 hours until they erase.
        var lanes = await store.Records.ListLanesAsync(cancellationToken);
        await new StoreBackup(session.Get<ISqlDatabase>(), session.Get<TimeProvider>()).WriteAsync(file.FullName, cancellationToken);
        await store.Records.NoteBackedUpAsync(lanes, cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"Wrote {file}, {new FileInfo(file.FullName).Length:N0} bytes.");
        return CentralCommandLine.Done;
    }
}

/// <summary>Puts a backup in the place of the store.</summary>
internal sealed class RestoreCommand : ICommandPart
{
    private readonly Option<FileInfo> _from = new("--from") { Description = "A file that the command backup has written.", HelpName = "FILE", Required = true };

    private readonly Option<FileInfo[]> _erasures = Erasures();

    public static Option<FileInfo[]> Erasures() => new("--erasures")
    {
        Description = "erasures.log of other nodes, so that what was erased since the backup is erased again; this folder's is taken by itself.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = static _ => [],
    };

    public Command Build()
    {
        var command = new Command(
            "restore",
            "Put a backup in the place of the store, with central stopped. What was erased by order since is erased again; what the posts have sent since, they "
            + "send again. With Storage:Postgres it fills an empty database; otherwise the former file is kept beside the new one.")
        {
            _from, _erasures,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = SiteSession.FolderOf(parsed);
        if (!folder.Exists)
            throw new CentralFault($"There is no site in {folder.Root}; put the folder 'keys', site.json and central.json of its backup there first.");
        using var alone = FolderLock.Take(folder);
        var restored = await new StoreRestore(folder, StorageOptions.Read(folder), RetentionOptions.Read(folder), TimeProvider.System).RunAsync(
            parsed.GetValue(_from)!.FullName,
            [.. parsed.GetValue(_erasures)!.Select(static file => file.FullName)],
            CommonOptions.ActorOf(parsed),
            cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"Restored; {restored.Erased} records whose erasure the backup did not know are erased again."
            + (restored.Former is { } former ? $" What was there before lies in {former}; delete it when nobody needs it as evidence." : ""));
        return CentralCommandLine.Done;
    }
}

/// <summary>Moving the store.</summary>
internal sealed class StorageCommands : ICommandPart
{
    private readonly Option<string> _to = new("--to") { Description = "An empty PostgreSQL database.", HelpName = "postgres://USER@HOST:5432/DATABASE", Required = true };

    private readonly Option<FileInfo[]> _erasures = RestoreCommand.Erasures();

    private readonly Option<FileInfo?> _password = new("--password-file") { Description = "File with that user's password, mode 0600.", HelpName = "FILE" };

    public Command Build()
    {
        var move = new Command(
            "move",
            "Move the store into PostgreSQL, with central stopped: copies, compares every row by hash, and closes the old store. Cut off, give the same command "
            + "again: it goes on where it was.")
        {
            _to, _password,
        };
        move.SetAction(MoveAsync);
        var again = new Command(
            "erase-again",
            "Erase again what was erased by order and is here with its key: after a replica was promoted, or the database server's own backup was restored. "
            + "Takes erasures.log of this folder by itself. While central works.")
        {
            _erasures,
        };
        again.SetAction(EraseAgainAsync);
        return new Command("storage", "Where central keeps everything.") { move, again };
    }

    private async Task<int> EraseAgainAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var records = session.Get<ICentralStore>().Records;
        var known = ErasureLog.Gather(session.Get<DataFolder>().ErasuresFile, parsed.GetValue(_erasures)!.Select(static file => file.FullName));
        var missing = known.Except(await records.ListErasuresAsync(cancellationToken)).ToArray();
        var erased = missing.Length == 0
            ? 0
            : await records.EraseAgainAsync(
                missing, session.Get<Auditor>().Event(CommonOptions.ActorOf(parsed), AuditAction.RecordErased, "erasures"), cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"Of {known.Count} erasures this store did not know {missing.Length}; {erased} records were here with their key, and are erased again.");
        return CentralCommandLine.Done;
    }

    private async Task<int> MoveAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        const int ConnectionsMax = 4;
        var folder = SiteSession.FolderOf(parsed);
        var options = StorageOptions.Read(folder);
        if (!folder.Exists || options.Postgres.Length > 0)
            throw new CentralFault($"There is no store in {folder.Root} that could be moved; from one PostgreSQL to another its own tools move it.");
        using var alone = FolderLock.Take(folder);
        var address = parsed.GetValue(_to)!;
        var target = PostgresAddress.Parse(address, parsed.GetValue(_password)?.FullName ?? "", ConnectionsMax);
        await using var source = SqliteDatabase.Open(StorageWiring.RequireDatabase(folder), TimeProvider.System.GetUtcNow(), isForCopying: true);
        var output = parsed.InvocationConfiguration.Output;
        var tables = await new StoreMove(TimeProvider.System).RunAsync(
            source, target, address, ConnectionsMax, CommonOptions.ActorOf(parsed),
            table => output.WriteLine($"{table.Name,-20} {table.Rows,12:N0} rows, the same on both sides ({table.Sha256[..16]})"),
            cancellationToken);
        await output.WriteLineAsync(
            $"Moved {tables.Sum(static table => table.Rows):N0} rows. Now write \"Storage\": {{ \"Postgres\": \"{address}\" }} into {folder.OptionsFile} and start central; "
            + $"the old {Path.GetFileName(folder.DatabaseFile)} cannot be used any more, and holds everything: keep it as a backup or delete it.");
        return CentralCommandLine.Done;
    }
}
