using System.Globalization;

namespace EdgeCheckpoint.Bench;

/// <summary>What the host can have done at the board, one verb each (README.md lists them).</summary>
internal sealed class Orders(BoardChips chips, GadgetReader reader, WedgeReader wedge, ApplianceProgram appliance)
{
    /// <summary>Does it.</summary>
    /// <returns>Values of the answer.</returns>
    /// <exception cref="Exception">It could not be done; the message is for the host.</exception>
    internal IReadOnlyList<string> Do(string verb, ReadOnlySpan<string> arguments)
    {
        switch (verb)
        {
            case "run":
                var (exitCode, output, errors) = ApplianceProgram.Run([.. arguments]);
                return [Text(exitCode), output, errors];
            case "start":
                appliance.Start([.. arguments]);
                return [];
            case "kill":
                appliance.Kill();
                return [];
            case "state":
                return [appliance.State];
            case "usage":
                var (resident, files, threads) = appliance.Usage();
                return [Text(resident), Text(files), Text(threads)];
            case "put":
                Directory.CreateDirectory(Path.GetDirectoryName(arguments[0])!);
                File.WriteAllBytes(arguments[0], Convert.FromBase64String(arguments[1]));
                return [];
            default:
                return DoAtTheBoard(verb, arguments);
        }
    }

    private IReadOnlyList<string> DoAtTheBoard(string verb, ReadOnlySpan<string> arguments)
    {
        switch (verb)
        {
            case "plug-reader":
                reader.Plug();
                return [];
            case "unplug-reader":
                reader.Unplug();
                return [];
            case "send":
                reader.Send(Convert.FromBase64String(arguments[0]));
                return [];
            case "plug-wedge":
                wedge.Plug();
                return [];
            case "unplug-wedge":
                wedge.Unplug();
                return [];
            case "type":
                wedge.Type(arguments[0]);
                return [];
            case "plug-bridge":
                chips.Plug();
                return [];
            case "unplug-bridge":
                chips.Unplug();
                return [];
            default:
                return DoAtTheBus(verb, arguments);
        }
    }

    private IReadOnlyList<string> DoAtTheBus(string verb, ReadOnlySpan<string> arguments)
    {
        switch (verb)
        {
            case "climate":
                chips.SetClimate(Number(arguments[0]), Number(arguments[1]));
                return [];
            case "supply":
                chips.SetSupply(Number(arguments[0]), Number(arguments[1]));
                return [];
            case "fit-climate":
                chips.FitClimateSensor(arguments[0] == "yes");
                return [];
            case "clock":
                chips.Clock.Run(TimeSpan.FromSeconds(Number(arguments[0])));
                return [];
            case "stuck":
                chips.Bus.IsStuck = arguments[0] == "yes";
                return [];
            case "faults":
                chips.Bus.FailNext([.. arguments.ToArray().Select(static error => int.Parse(error, CultureInfo.InvariantCulture))]);
                return [chips.Bus.FaultsLeft.ToString(CultureInfo.InvariantCulture)];
            case "calm":
                chips.Bus.Calm();
                return [];
            case "pins":
                return [.. chips.Pins.Select(static level => level ? "1" : "0")];
            case "display":
                return [chips.Display.IsOn ? "on" : "off", Convert.ToBase64String(chips.Display.Picture)];
            default:
                throw new ArgumentException($"There is no order {verb}.");
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
