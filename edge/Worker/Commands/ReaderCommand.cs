using System.CommandLine;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Scanners.KeyboardWedge;
using EdgeCheckpoint.Worker.Scanning;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint reader</c>: what a technician needs to make a new reader work.</summary>
internal static class ReaderCommand
{
    internal static Command Create() => new("reader", "Tries a document reader without running the appliance.")
    {
        CreateListen(),
        CreateProfiles(),
    };

    private static Command CreateListen()
    {
        var port = new Option<string>("--port") { Description = "Device of the reader: a link below /dev/serial/by-id, or with --wedge-layout below /dev/input/by-id.", Required = true };
        var profile = new Option<string>("--profile") { Description = "Profile of the reader; 'reader profiles' lists them.", DefaultValueFactory = static _ => "generic" };
        var baud = new Option<int>("--baud") { Description = "Bits per second; USB readers ignore it.", DefaultValueFactory = static _ => 9600 };
        var layout = new Option<WedgeLayout?>("--wedge-layout") { Description = "The reader types: keyboard layout it is set to. Its keys are kept from this console.", HelpName = "us|uk|fr|de" };
        var count = new Option<int>("--count") { Description = "Stops after so many messages; 0 goes on until Ctrl-C." };
        var idle = new Option<int?>("--idle") { Description = "Silence in milliseconds that ends a message, in place of the profile's." };
        var settings = new Option<string[]>("--set") { Description = "Another setting of the section Scanner as NAME=VALUE, such as Suffix=~ or Parity=Even. May be repeated." };
        var command = new Command(
            "listen",
            "Shows what a reader sends: bytes, framed lines, parse. Letters and digits are masked unless the document is a specimen of Utopia (UTO). Stop the appliance first; one program at a time can have the reader.")
        {
            port, profile, baud, layout, count, idle, settings,
        };
        command.SetAction((result, cancellationToken) =>
        {
            var options = new ScannerOptions();
            try
            {
                new ConfigurationBuilder().AddInMemoryCollection((result.GetValue(settings) ?? []).Select(Setting)).Build().Bind(options);
            }
            catch (Exception fault) when (fault is InvalidOperationException or FormatException)
            {
                return Task.FromResult(Fail($"A setting is wrong: {fault.Message}"));
            }

            options.Profile = result.GetValue(profile)!;
            options.BaudRate = result.GetValue(baud);
            options.IdleMilliseconds = result.GetValue(idle) ?? options.IdleMilliseconds;
            options.DevicePath = result.GetValue(port)!;
            return ListenAsync(options, result.GetValue(layout), result.GetValue(count), cancellationToken);
        });
        return command;
    }

    private static Command CreateProfiles()
    {
        var command = new Command("profiles", "Lists the profiles of readers, for Scanner:Profile.");
        command.SetAction(static _ =>
        {
            foreach (var profile in ReaderProfiles.All)
                System.Console.Out.WriteLine($"{profile.Name,-15}{profile.Summary}");
            return 0;
        });
        return command;
    }

    private static async Task<int> ListenAsync(
        ScannerOptions options, WedgeLayout? layout, int count, CancellationToken cancellationToken)
    {
        var validity = new ScannerOptionsValidator().Validate(null, options);
        if (validity.Failed)
            return Fail(string.Join(Environment.NewLine, validity.Failures));
        // Only now: a path is no name below /dev/input/by-id, which the appliance's own configuration must have.
        if (layout is { } typed)
            (options.Kind, options.WedgeLayout, options.WedgeIds) = (ScannerKind.KeyboardWedge, typed, [options.DevicePath]);
        if (ReaderAccess.Problem(options.DevicePath, options.Kind) is { } problem)
            return Fail(problem);
        var time = TimeProvider.System;
        var listener = new ReaderListener(System.Console.Out, time);
        var scanner = Scanner(options, time, listener);
        System.Console.Error.WriteLine($"Listening at {options.DevicePath} with profile {options.Profile}. Lay a document on the reader. Ctrl-C stops.");
        var taken = 0;
        await foreach (var scan in scanner.ReadAllAsync(cancellationToken))
        {
            listener.Show(scan);
            if (++taken == count)
                break;
        }

        return 0;
    }

    private static IDocumentScanner Scanner(ScannerOptions options, TimeProvider time, ReaderListener listener) =>
        options.Kind == ScannerKind.KeyboardWedge
            ? new WedgeDocumentScanner(options.DevicePath, options, time, new StandardErrorLog<WedgeDocumentScanner>(), listener)
            : new SerialDocumentScanner(options, time, new StandardErrorLog<SerialDocumentScanner>(), listener);

    private static KeyValuePair<string, string?> Setting(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        var name = equals > 0 ? setting[..equals] : throw new FormatException($"--set {setting} is not NAME=VALUE.");
        var section = ScannerOptions.Section + ":";
        return new(name.StartsWith(section, StringComparison.Ordinal) ? name[section.Length..] : name, setting[(equals + 1)..]);
    }

    private static int Fail(string sentence)
    {
        System.Console.Error.WriteLine(sentence);
        return 1;
    }
}
