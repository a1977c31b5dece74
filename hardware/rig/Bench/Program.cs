using System.Net;
using EdgeCheckpoint.Bench;

// Everything round the appliance on the virtual board, and the hand that the tests have there. Ends when the host hangs up, or after the
// appliance has asked for the power to be cut; the init script then switches the machine off.
const int CounterPort = 7470;
// Another than the page's: before the appliance listens, the relay would else find itself.
const int RelayPort = 8470;
const int SwitchOff = 75;

using var chips = new BoardChips(TimeProvider.System);
using var reader = new GadgetReader();
using var wedge = new WedgeReader();
// As ExecStopPost of edge/deploy/edge-checkpoint.service does.
using var appliance = new ApplianceProgram(static code =>
{
    Console.Out.WriteLine($"bench: the appliance ended with {code}");
    if (code == SwitchOff)
        Environment.Exit(SwitchOff);
});
using var port = new ControlPort();
chips.Plug();
reader.Plug();
var relay = new CounterRelay(new IPEndPoint(IPAddress.Any, RelayPort), new IPEndPoint(IPAddress.Loopback, CounterPort)).RunAsync(CancellationToken.None);
var orders = new Orders(chips, reader, wedge, appliance);
Console.Out.WriteLine("bench: ready");
while (port.Next() is { } words)
{
    try
    {
        port.Answer(words[0], "ok", orders.Do(words[1], words.AsSpan(2)));
    }
    catch (Exception fault)
    {
        // Whatever it is: the host hears it, and the bench serves on.
        port.Answer(words[0], "failed", [$"{fault.GetType().Name}: {fault.Message}"]);
    }
}

return relay.IsFaulted ? 1 : 0;
