using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Console;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Scanning;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.SelfTesting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint selftest</c>: asks the running service to test itself, or tests beside a stopped one what needs no sign-in.</summary>
internal static class SelfTestCommand
{
    /// <summary>A reader on USB is there within this time.</summary>
    private static readonly TimeSpan ReaderTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Reading a list of a million entries from a slow card takes seconds.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(1);

    internal static Command Create(Option<string> dataOption)
    {
        var settings = new Option<string[]>("--set") { Description = "A setting as SECTION:NAME=VALUE, for a service that is stopped. May be repeated." };
        var command = new Command(
            "selftest",
            "Tests storage, clock, keys, reader, the signature of the list, and by an invented traveller that the list is searched; each part that is not in order comes with its "
            + "remedy. A running service tests itself and records it. While it is stopped the list is sealed, and its search is not checked. Exit code: 0 passed, 2 a part "
            + "failed, 3 nothing failed and a part was not checked or wants attention, 1 trouble.")
        {
            settings,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(dataOption)!, result.GetValue(settings) ?? [], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string dataPath, string[] settings, CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(dataPath))
                return Fail($"There is no appliance at {dataPath}; give its folder with --data.");
            var data = new DataFolder(dataPath);
            if (!ApplianceIdentity.Exists(data))
                return Fail($"This appliance is not enrolled: there is no identity in {data.Path}. Run: edge-checkpoint enrol --ticket FILE --data {data.Path}");
            return Tell(RunCommand.TryLock(data) is { } only
                ? await TestStoppedAsync(only, data, settings, cancellationToken)
                : await AskServiceAsync(data, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail("Stopped.");
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or OperationCanceledException)
        {
            return Fail($"The service of this folder does not answer ({fault.Message}). It may be starting; try again, then look at its log.");
        }
        catch (Exception fault) when (RunCommand.Explain(fault, dataPath) is { } sentence)
        {
            return Fail(sentence);
        }
    }

    private static async Task<SelfTestReport> AskServiceAsync(DataFolder data, CancellationToken cancellationToken)
    {
        if (LocalDoor.Find(data) is not var (address, key))
            throw new InvalidDataException("The service of this folder has not said yet where it answers; it is starting. Try again.");
        using var client = new HttpClient { Timeout = AnswerTime };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/self-test"));
        request.Headers.Add(LocalDoor.KeyHeader, key);
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var summary = await JsonSerializer.DeserializeAsync(body, ConsoleJson.Default.SelfTestSummary, cancellationToken)
            ?? throw new JsonException("the answer is empty");
        return new SelfTestReport(
            SelfTestOccasion.Asked, DateTimeOffset.Parse(summary.At, CultureInfo.InvariantCulture),
            [.. summary.Parts.Select(static part => new SelfTestPart(part.Part, Enum.Parse<SelfTestResult>(part.Result), part.Detail, part.Remedy))]);
    }

    private static async Task<SelfTestReport> TestStoppedAsync(FileStream only, DataFolder data, string[] settings, CancellationToken cancellationToken)
    {
        using var held = only;
        var time = TimeProvider.System;
        var identity = ApplianceIdentity.Load(data);
        using var configuration = RunCommand.Configure(new ConfigurationManager(), data, settings);
        var options = new ScannerOptions();
        configuration.GetSection(ScannerOptions.Section).Bind(options);
        if (new ScannerOptionsValidator().Validate(null, options) is { Failed: true, Failures: var failures })
            throw new OptionsValidationException(ScannerOptions.Section, typeof(ScannerOptions), failures!);
        return new SelfTestReport(SelfTestOccasion.Asked, time.GetUtcNow(),
        [
            SelfTestParts.Storage(data, "", time),
            SelfTestParts.Clock(new ClockKeeper(time, data, identity.TicketIssuedAt, MachineClock.Read()).Read()),
            SelfTestParts.Keys(() => new CredentialBook(data, identity, DeviceKeyStores.Open(configuration, data, time)).InUse),
            SelfTestParts.Reader(await ReaderHealthAsync(ScanningWiring.Create(options, time, NullLoggerFactory.Instance), time, cancellationToken)),
            SelfTestParts.Signature(ReleaseStore.OfLists(data), SiteTrust.Load(data)),
            SelfTestParts.Search(list: null, areKeysOpen: false),
        ]);
    }

    /// <summary>Opens the reader for a moment; what it reads meanwhile is not looked at.</summary>
    private static async Task<DeviceHealth> ReaderHealthAsync(IDocumentScanner scanner, TimeProvider time, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = DrainAsync(scanner, ending.Token);
        var began = time.GetTimestamp();
        while (scanner.Health.State is not (DeviceState.Ok or DeviceState.NotFitted) && time.GetElapsedTime(began) < ReaderTime)
            await Task.Delay(Tick, time, cancellationToken);
        var health = scanner.Health;
        await ending.CancelAsync();
        await reading;
        return health;
    }

    private static async Task DrainAsync(IDocumentScanner scanner, CancellationToken cancellationToken)
    {
        await foreach (var _ in scanner.ReadAllAsync(cancellationToken))
        {
            // A document that lies on the reader is nobody's encounter here.
        }
    }

    private static int Tell(SelfTestReport report)
    {
        foreach (var part in report.Parts)
        {
            System.Console.Out.WriteLine($"{SelfTestReport.Word(part.Result),-12}{part.Name}{(part.Detail.Length > 0 ? ": " + part.Detail : "")}");
            if (part.Remedy.Length > 0)
                System.Console.Out.WriteLine($"{"",-12}remedy: {part.Remedy}");
        }

        System.Console.Out.WriteLine(report.HasFailed ? "FAILED" : report.IsPassed ? "PASSED" : "NOT COMPLETE");
        return report.ExitCode;
    }

    private static int Fail(string sentence)
    {
        System.Console.Error.WriteLine(sentence);
        return 1;
    }
}
