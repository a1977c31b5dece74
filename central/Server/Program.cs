using EdgeCheckpoint.Central.Commands;

return await new CentralCommandLine(
        new InitCommand(),
        new RunCommand(),
        new StaffCommands(),
        new PeopleCommands(),
        new AppliancesCommands(),
        new WatchlistsCommands(),
        new ReleasesCommands(),
        new KeysCommands(),
        new EncountersCommands(),
        new JournalCommands(),
        new AuditCommands(),
        new StatusCommand(),
        new RetentionCommand(),
        new BackupCommand(),
        new RestoreCommand(),
        new StorageCommands())
    .RunAsync(args, Console.Out, Console.Error);
