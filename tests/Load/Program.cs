using System.CommandLine;
using EdgeCheckpoint.Load;

// Puts a nation's appliances before a real central and says how it does. README.md has the figures.
var root = new RootCommand(
    "Simulated appliances with real certificates, chains and signatures, against a central of their own on loopback. "
    + "Exit code 1 when something was lost, stored twice or parted.")
{
    DrainCommand.Create(),
    ReconnectCommand.Create(),
    PartsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
