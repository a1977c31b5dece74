using System.CommandLine;
using EdgeCheckpoint.Accuracy;

// How well names are compared and travellers are screened, over labelled names that are found beside the repository. Exit
// code 1 when a figure is below its floor in floors.json; floors only rise.
var errors = new Option<string?>("--errors")
{
    Description = "Prints the wrongly judged pairs of sources whose name begins so. They are real people's: for the eye, never for a file.",
};
var show = new Option<bool>("--show")
{
    Description = "Prints the names of what was missed, or found wrongly, to standard error. They are real people's: for the eye, never for a file.",
};
var sweep = new Option<bool>("--sweep") { Description = "Moves each threshold in turn and prints what is found beside what it costs. Takes minutes." };

var pairs = new Command("pairs", "Labelled pairs of people: precision, recall and F1 per source.") { errors };
pairs.SetAction(result => Run((folder, _) => PairsReport.Run(folder, result.GetValue(errors), Console.Out, Console.Error)));

var lists = new Command("lists", "People of one list sought in the others: recall, and who stands first.") { show };
lists.SetAction(result => Run((folder, summary) => ListsReport.Run(folder, BenchList.Open(folder), Shown(result), summary, Console.Out)));

var travellers = new Command("travellers", "Invented travellers through the machine readable zone: false alerts by script, region and nationality.") { show };
travellers.SetAction(result => Run((folder, summary) => TravellersReport.Run(folder, BenchList.Open(folder), Shown(result), summary, Console.Out)));

var report = new Command("report", "All of it, and a summary at the end.") { sweep };
report.SetAction(result => Run((folder, summary) =>
{
    var list = BenchList.Open(folder);
    Console.WriteLine("--- Pairs");
    var failures = PairsReport.Run(folder, errors: null, Console.Out, Console.Error);
    Console.WriteLine("\n--- Lists");
    failures += ListsReport.Run(folder, list, show: null, summary, Console.Out);
    Console.WriteLine("\n--- Travellers");
    failures += TravellersReport.Run(folder, list, show: null, summary, Console.Out);
    if (result.GetValue(sweep))
    {
        Console.WriteLine("\n--- Thresholds, one at a time");
        Sweep.Run(folder, list, Console.Out);
    }

    return failures;
}));

return new RootCommand("Measures how well names are compared and travellers are screened.") { pairs, lists, travellers, report }.Parse(args).Invoke();

TextWriter? Shown(ParseResult result) => result.GetValue(show) ? Console.Error : null;

static int Run(Func<string, Summary, int> measure)
{
    if (DataFolder.Find() is not { } folder)
    {
        Console.WriteLine("Skipped: the labelled names are not beside the repository.");
        return 0;
    }

    var summary = new Summary();
    var failures = measure(folder, summary);
    Console.WriteLine();
    summary.Print(Console.Out);
    Console.WriteLine(failures == 0 ? "No figure is below its floor." : $"{failures} figures are below their floor.");
    return failures == 0 ? 0 : 1;
}
