using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Acceptance;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Worker.Acceptance;

/// <summary>
/// Walks a technician through every part that is fitted: what can be measured is measured, what only eyes and ears can tell is asked. A part that
/// is not answered in time has failed; nothing is passed by silence.
/// </summary>
internal sealed class HardwareCheck(IBoard board, IDocumentScanner scanner, ITechnician technician, string dataPath, TimeProvider time)
{
    /// <summary>How long a technician has to open a lid or lay a document down.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Longest until a sensor has its first reading, or has failed.</summary>
    private static readonly TimeSpan FirstReading = TimeSpan.FromSeconds(15);

    /// <summary>A receiver that was carried here needs so long for its first fix (u-blox NEO-M8, cold start, with room).</summary>
    private static readonly TimeSpan FirstFix = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    /// <summary>All parts, one after another.</summary>
    internal async Task<ImmutableArray<CheckedPart>> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var loops = board.RunAsync(ending.Token);
        try
        {
            var parts = ImmutableArray.CreateBuilder<CheckedPart>();
            parts.Add(Tell(CheckStorage()));
            parts.Add(Tell(await CheckReaderAsync(cancellationToken)));
            foreach (var role in Enum.GetValues<ContactRole>())
                parts.Add(Tell(await CheckContactAsync(role, cancellationToken)));
            parts.Add(Tell(await CheckLampsAsync(cancellationToken)));
            parts.Add(Tell(await CheckOutputAsync("buzzer", board.Buzzer, "Does the buzzer sound?", cancellationToken)));
            parts.Add(Tell(await CheckOutputAsync("gate-ready", board.GateReady, "Is the gate-ready lamp lit?", cancellationToken)));
            parts.Add(Tell(await CheckDisplayAsync(cancellationToken)));
            parts.Add(Tell(await CheckReadingAsync("climate", board.Climate.Health, () => board.Climate.Latest is { } air ? $"{air.Temperature}, {air.Humidity}" : null, FirstReading, cancellationToken)));
            parts.Add(Tell(await CheckReadingAsync("supply", board.Supply.Health, () => board.Supply.Latest is { } supply ? $"{supply.Voltage}, {supply.Current}" : null, FirstReading, cancellationToken)));
            parts.Add(Tell(await CheckReadingAsync("clock-chip", board.Clock.Health, () => board.Clock.MachineAhead is { } ahead ? Seconds(ahead) : null, FirstReading, cancellationToken)));
            parts.Add(Tell(await CheckReadingAsync("gps", board.Gps.Health, () => board.Gps.Latest is { } fix ? $"{fix.SatelliteCount?.ToString(CultureInfo.InvariantCulture) ?? "?"} satellites, {Seconds(board.Gps.MachineAhead ?? TimeSpan.Zero)}" : null, FirstFix, cancellationToken)));
            return parts.ToImmutable();
        }
        finally
        {
            // Before the loops: one that hangs in a transfer would hold up whoever pressed Ctrl-C until the process is killed, with a lamp on.
            PutOut();
            await ending.CancelAsync();
            await loops;
        }
    }

    private void PutOut()
    {
        board.StackLight.Show(StackLightState.Off);
        board.Buzzer.Set(false);
        board.GateReady.Set(false);
        board.Display.Show([]);
    }

    private CheckedPart Tell(CheckedPart part)
    {
        technician.Say($"{part.Result.ToString().ToUpperInvariant(),-10} {part.Part}{(part.Detail.Length > 0 ? ": " + part.Detail : "")}");
        return part;
    }

    private CheckedPart CheckStorage() =>
        new("storage", StorageProbe.Try(Path.Combine(dataPath, "state", "acceptance-test"), time, out var finding) ? CheckResult.Passed : CheckResult.Failed, finding);

    private async Task<CheckedPart> CheckReaderAsync(CancellationToken cancellationToken)
    {
        if (scanner.Health.State == DeviceState.NotFitted)
            return NotFitted("reader");
        technician.Say($"Lay a document on the reader, a specimen is best ({Patience.TotalSeconds:0} s).");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(_ => patience.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
        await foreach (var scan in scanner.ReadAllAsync(patience.Token))
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            var reading = MrzParser.Parse(scan.Lines, today);

            // Nothing of the document stands in the report but its format.
            return reading.Format == MrzFormat.Unknown
                ? new CheckedPart("reader", CheckResult.Failed, $"{scan.Lines.Length} lines that fit no document; try edge-checkpoint reader listen")
                : new CheckedPart("reader", CheckResult.Passed, $"a {reading.Format} was read");
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new CheckedPart("reader", CheckResult.Failed, scanner.Health.Detail.Length > 0 ? scanner.Health.Detail : "nothing was read in time");
    }

    private async Task<CheckedPart> CheckContactAsync(ContactRole role, CancellationToken cancellationToken)
    {
        var contact = board.Contact(role);
        var name = role.Name();
        if (contact.Health.State == DeviceState.NotFitted)
            return NotFitted(name);
        if (contact.Level == ContactLevel.Unknown)
            return new CheckedPart(name, CheckResult.Failed, contact.Health.Detail);
        var (open, close) = Words(role);
        foreach (var (level, wish) in new[] { (ContactLevel.Closed, close), (ContactLevel.Open, open), (ContactLevel.Closed, close) })
        {
            if (contact.Level != level)
                technician.Say($"{wish} ({Patience.TotalSeconds:0} s).");
            if (!await UntilAsync(() => contact.Level == level, Patience, cancellationToken))
                return new CheckedPart(name, CheckResult.Failed, $"never read {level.ToString().ToLowerInvariant()}");
        }

        return new CheckedPart(name, CheckResult.Passed, "opened and closed");
    }

    private async Task<CheckedPart> CheckLampsAsync(CancellationToken cancellationToken)
    {
        if (board.StackLight.Health.State == DeviceState.NotFitted)
            return NotFitted("stack-light");
        foreach (var (name, state) in new[]
        {
            ("red", new StackLightState(Red: true, Amber: false, Green: false)), ("amber", new StackLightState(Red: false, Amber: true, Green: false)),
            ("green", new StackLightState(Red: false, Amber: false, Green: true)),
        })
        {
            board.StackLight.Show(state);
            var answer = await technician.AskAsync($"Is the {name} lamp lit, and no other?", cancellationToken);
            board.StackLight.Show(StackLightState.Off);
            if (board.StackLight.Health.State != DeviceState.Ok)
                return new CheckedPart("stack-light", CheckResult.Failed, board.StackLight.Health.Detail);
            if (answer != Answer.Yes)
                return Judged("stack-light", answer, $"the {name} lamp");
        }

        return new CheckedPart("stack-light", CheckResult.Passed, "each lamp was seen alone");
    }

    private async Task<CheckedPart> CheckOutputAsync(string name, IOutputLine output, string question, CancellationToken cancellationToken)
    {
        if (output.Health.State == DeviceState.NotFitted)
            return NotFitted(name);
        output.Set(true);
        var answer = await technician.AskAsync(question, cancellationToken);
        output.Set(false);
        return output.Health.State == DeviceState.Ok
            ? Judged(name, answer, "")
            : new CheckedPart(name, CheckResult.Failed, output.Health.Detail);
    }

    /// <summary>Four digits that nobody can know without reading them.</summary>
    private async Task<CheckedPart> CheckDisplayAsync(CancellationToken cancellationToken)
    {
        if (board.Display.Health.State == DeviceState.NotFitted)
            return NotFitted("display");
        var code = RandomNumberGenerator.GetInt32(1000, 10_000).ToString(CultureInfo.InvariantCulture);
        board.Display.Show(["ACCEPTANCE", "", code]);
        var typed = await technician.ReadAsync("Type the four digits that the display shows (empty leaves it out):", cancellationToken);
        board.Display.Show([]);
        if (typed.Length == 0)
            return new CheckedPart("display", CheckResult.Skipped, "");
        return typed == code
            ? new CheckedPart("display", CheckResult.Passed, "its digits were read")
            : new CheckedPart("display", CheckResult.Failed, $"it should show {code}; {typed} was typed");
    }

    private async Task<CheckedPart> CheckReadingAsync(
        string name, DeviceHealth before, Func<string?> reading, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (before.State == DeviceState.NotFitted)
            return NotFitted(name);
        if (reading() is null)
            technician.Say($"Waiting for the {name} (up to {patience.TotalSeconds:0} s).");
        await UntilAsync(() => reading() is not null, patience, cancellationToken);
        return reading() is { } measured
            ? new CheckedPart(name, CheckResult.Passed, measured)
            : new CheckedPart(name, CheckResult.Failed, board.Parts().FirstOrDefault(part => part.Name == name).Health?.Detail ?? "no reading");
    }

    private static CheckedPart NotFitted(string name) => new(name, CheckResult.NotFitted, "");

    private static CheckedPart Judged(string name, Answer answer, string what) => answer switch
    {
        Answer.Yes => new CheckedPart(name, CheckResult.Passed, what),
        Answer.No => new CheckedPart(name, CheckResult.Failed, what.Length > 0 ? $"{what} was not seen alone" : "not noticed by the technician"),
        _ => new CheckedPart(name, CheckResult.Skipped, what),
    };

    private static (string Open, string Close) Words(ContactRole role) => role switch
    {
        ContactRole.Tamper => ("Open the tamper loop: lift the lid or pull the loop's plug", "Close the tamper loop"),
        ContactRole.Lid => ("Open the lid", "Close the lid"),
        ContactRole.Gate => ("Open the gate", "Close the gate"),
        ContactRole.Presence => ("Step into the light barrier", "Step out of the light barrier"),
        ContactRole.PowerLost => ("Pull the mains plug; the battery takes over", "Put the mains plug back"),
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    private static string Seconds(TimeSpan ahead) => string.Create(CultureInfo.InvariantCulture, $"this machine is {ahead.TotalSeconds:0.0} s ahead");

    private async Task<bool> UntilAsync(Func<bool> holds, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (!holds())
        {
            if (time.GetElapsedTime(began) >= patience)
                return false;
            await Task.Delay(Tick, time, cancellationToken);
        }

        return true;
    }
}
