using System.CommandLine;
using EdgeCheckpoint.Demo;

// The main job on one machine: `./demo.sh` runs this after building. See README.md.
var once = new Option<bool>("--once") { Description = "Decide by script, stop by itself, end with one line of JSON." };
var grpcPort = new Option<int>("--grpc-port") { Description = "Port of central for appliances; with --once a free one.", DefaultValueFactory = static _ => 7443 };
var dashboardPort = new Option<int>("--dashboard-port") { Description = "Port of the dashboard; with --once a free one.", DefaultValueFactory = static _ => 7480 };
var counterPort = new Option<int>("--counter-port") { Description = "Port of the officer's page; with --once a free one.", DefaultValueFactory = static _ => 7470 };
var reader = new Option<string>("--reader")
{
    Description = "Profile of the reader to simulate: generic, 3m-rte6701, desko-cute, honeywell-ocr, code-rows, newland, opticon, tokenworks.",
    DefaultValueFactory = static _ => "generic",
};
var root = new RootCommand("Starts central and one enrolled appliance, publishes a fictional list and lays twenty documents on a simulated reader.")
{
    once,
    grpcPort,
    dashboardPort,
    counterPort,
    reader,
};
root.SetAction((result, cancellationToken) => Demonstration.RunAsync(
    result.GetValue(once), result.GetValue(grpcPort), result.GetValue(dashboardPort), result.GetValue(counterPort), result.GetValue(reader)!, cancellationToken));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
