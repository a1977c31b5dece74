using System.CommandLine;
using EdgeCheckpoint.Fuzz;

// Damaged zones, messages and releases, by the million: nothing may throw, hang or grow.
var inputs = new Option<long>("--inputs") { Description = "How many inputs: one in sixteen of a release, the rest lines for the parser and messages for the framer.", DefaultValueFactory = static _ => 10_000_000 };
var seed = new Option<int?>("--seed") { Description = "Repeats a run; printed at its beginning. Left out: another run every time." };
var only = new Option<long?>("--only") { Description = "Repeats one input of a run, by the number a failure printed; needs --seed." };
var root = new RootCommand("Feeds damaged input to the MRZ parser, its repair, the framer of the document readers and the readers of releases.") { inputs, seed, only };
root.SetAction(result => new FuzzRun(result.GetValue(seed) ?? Random.Shared.Next(), Console.Out).Run(result.GetValue(inputs), result.GetValue(only)));
return root.Parse(args).Invoke();
