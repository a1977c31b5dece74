using System.Net;
using System.Text;
using System.Text.Json;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Demo;

/// <summary>
/// The demonstration: (1) central, (2) an enrolled appliance, (3) a published list, (4) documents on the reader, (5) their
/// decisions at central. Two programs, real TLS, a real pseudo terminal; only the hardware is simulated.
/// </summary>
internal static class Demonstration
{
    /// <summary>Who may sign in where, made anew each time.</summary>
    /// <param name="Staff">Lines for people.</param>
    private sealed record DemoPeople(string Staff, PersonSecret Officer, PersonSecret Supervisor);

    private const string Serial = "DEMO-0001";
    private const string Post = "Utopia North";
    private const int LeftForYou = 3;

    // Codes of Core/Decisions/OutcomeCode.
    private const int Admitted = 200;
    private const int Referred = 201;
    private const int NotSamePerson = 301;

    internal static async Task<int> RunAsync(
        bool once, int grpcPort, int dashboardPort, int counterPort, string reader, CancellationToken cancellationToken)
    {
        if (ProfileDressing.Of(reader) is not { } dressing)
            return Fail($"There is no reader profile {reader}. Choose one of {ReaderProfiles.Names}.");
        using var folder = new TemporaryFolder();
        await using var central = new CentralSite(folder.Combine("central"));
        await using var appliance = new Appliance(folder.Combine("appliance"), dressing);
        try
        {
            if (!once && TakenPort(grpcPort, dashboardPort, counterPort) is { } taken)
                return Fail($"Port {taken} on 127.0.0.1 is in use. Stop the program that has it, or choose others: ./demo.sh --grpc-port N --dashboard-port N --counter-port N");
            var people = await StartCentralAsync(central, once ? 0 : grpcPort, once ? 0 : dashboardPort, folder, cancellationToken);
            await StartApplianceAsync(central, appliance, people.Officer, once ? 0 : counterPort, reader, folder, cancellationToken);
            var report = await ScanAsync(central, appliance, once, cancellationToken);
            if (once)
            {
                Console.WriteLine(JsonSerializer.Serialize(report, DemoReportJson.Default.DemoReport));
                return report.DurableAtCentral == report.Scanned ? 0 : 1;
            }

            Explain(central, appliance, people);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Stopping.");
            return once ? 1 : 0;
        }
        catch (Exception fault) when (fault is InvalidOperationException or TimeoutException or IOException or HttpRequestException)
        {
            return Fail($"{fault.Message}\n--- central\n{Tail(central.Log)}\n--- appliance\n{Tail(appliance.Log)}");
        }
    }

    private static async Task<DemoPeople> StartCentralAsync(
        CentralSite central, int grpcPort, int dashboardPort, TemporaryFolder folder, CancellationToken cancellationToken)
    {
        Say("1/5 Central: keys, certificate authority, staff, the people of the post.");
        await central.CommandAsync(cancellationToken, "init", "--name", "Utopia", "--address", "https://127.0.0.1");
        var staff = new StringBuilder();
        foreach (var role in new[] { "administrator", "monitor" })
        {
            using var account = JsonDocument.Parse(await central.CommandAsync(
                cancellationToken, "staff", "add", "--name", $"demo-{role}", "--role", role, "--json"));
            staff.AppendLine(System.Globalization.CultureInfo.InvariantCulture,
                $"    {account.RootElement.GetProperty("name").GetString()} with the passphrase {account.RootElement.GetProperty("passphrase").GetString()}");
        }

        var officer = await central.PersonAsync("DEMO-07", "officer", cancellationToken);
        var supervisor = await central.PersonAsync("DEMO-SUP-02", "supervisor", cancellationToken, "--badge");
        Indent(await central.CommandAsync(cancellationToken, "people", "publish"));
        await central.StartAsync(cancellationToken, grpcPort, dashboardPort);
        Say("2/5 A fictional list: imported, compiled, signed twice, published.");
        var list = folder.Combine("utopia-list.csv");
        await using (var file = File.Create(list))
        await using (var resource = typeof(Demonstration).Assembly.GetManifestResourceStream("utopia-list.csv")!)
            await resource.CopyToAsync(file, cancellationToken);
        Indent(await central.CommandAsync(cancellationToken, "watchlists", "import", "--format", "csv", list));
        Indent(await central.CommandAsync(cancellationToken, "watchlists", "publish", "--title", "Utopia lists"));
        return new DemoPeople(staff.ToString().TrimEnd(), officer, supervisor);
    }

    private static async Task StartApplianceAsync(
        CentralSite central, Appliance appliance, PersonSecret officer, int counterPort, string reader, TemporaryFolder folder, CancellationToken cancellationToken)
    {
        Say("3/5 An appliance: enrolled with a join ticket, list downloaded and verified.");
        var ticket = await central.TicketAsync(Post, Serial, folder.Combine("ticket.json"), cancellationToken);
        var enrolled = await appliance.EnrolAsync(ticket, Serial, cancellationToken);
        if (enrolled.ExitCode != 0)
            throw new InvalidOperationException(enrolled.Errors);
        Indent(enrolled.Output);
        await appliance.StartAsync(cancellationToken, counterPort, [$"Scanner:Profile={reader}", .. Delimiters(appliance.Reader.Dressing)]);
        await appliance.SignInAsync(officer, cancellationToken);
        await appliance.ReadyAsync(cancellationToken, listVersion: 1);
    }

    private static async Task<DemoReport> ScanAsync(CentralSite central, Appliance appliance, bool once, CancellationToken cancellationToken)
    {
        var documents = DemoTravellers.All;
        Say($"4/5 {documents.Length} documents on the reader at {appliance.Reader.DevicePath}.");
        int clear = 0, refer = 0, hits = 0, decided = 0;
        for (var i = 0; i < documents.Length; i++)
        {
            var encounter = await appliance.ScanAsync(documents[i].Lines, cancellationToken);
            clear += encounter.IsClear ? 1 : 0;
            refer += encounter.IsClear ? 0 : 1;
            hits += encounter.Hits.Count;
            Console.WriteLine($"    {i + 1,2}  {(encounter.IsClear ? "clear" : "refer")}  {(encounter.Hits.Count > 0 ? $"{encounter.Hits.Count} possible match" : "no match"),-16}  {documents[i].What}");
            if (!once && i >= documents.Length - LeftForYou)
                continue;
            await DecideAsync(appliance, encounter, cancellationToken);
            decided++;
        }

        Say("5/5 Waiting until central has everything.");
        await Until.TrueAsync(
            $"{decided} decided encounters at central",
            async token => await central.DecidedEncountersAsync(token) >= decided,
            TimeSpan.FromSeconds(60),
            cancellationToken);
        var durable = await central.DecidedEncountersAsync(cancellationToken);
        Console.WriteLine($"    {durable} encounters are durable at central.");
        return new DemoReport(documents.Length, clear, refer, hits, durable);
    }

    private static async Task DecideAsync(Appliance appliance, OpenEncounterView encounter, CancellationToken cancellationToken)
    {
        var status = await appliance.DecideAsync(encounter, encounter.IsClear ? Admitted : Referred, NotSamePerson, cancellationToken);
        if (status is not (HttpStatusCode.Redirect or HttpStatusCode.SeeOther))
            throw new InvalidOperationException($"The counter did not take a decision: {(int)status}.");
    }

    private static void Explain(CentralSite central, Appliance appliance, DemoPeople people)
    {
        var (staff, officer, supervisor) = people;
        Console.WriteLine($"""

            Everything runs. Look at:
              the officer's page    {appliance.CounterAddress}
                sign in as {officer.StaffNumber} with the passphrase {officer.Secret}; {LeftForYou} encounters wait for your decision
                second person: {supervisor.StaffNumber} with the PIN {supervisor.Secret} and the badge {supervisor.Badge}
              central's dashboard   {central.DashboardAddress}
                sign in as
            {staff}
            Stop with Ctrl-C.
            """);
    }

    /// <summary>A text before and behind is set in the reader, so the appliance must be told.</summary>
    private static string[] Delimiters(ReaderDressing dressing) => dressing == ReaderDressing.PrefixSuffix
        ? [$"Scanner:Prefix={ReaderMessage.Prefix}", $"Scanner:Suffix={ReaderMessage.Suffix}"]
        : [];

    private static int? TakenPort(params ReadOnlySpan<int> ports)
    {
        foreach (var port in ports)
        {
            try
            {
                using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, port);
                listener.Start();
            }
            catch (System.Net.Sockets.SocketException)
            {
                return port;
            }
        }

        return null;
    }

    private static void Say(string line) => Console.WriteLine(line);

    private static void Indent(string text)
    {
        foreach (var line in text.TrimEnd().Split('\n'))
            Console.WriteLine($"    {line}");
    }

    private static string Tail(string log) => string.Join('\n', log.Split('\n').TakeLast(15));

    private static int Fail(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 1;
    }
}
