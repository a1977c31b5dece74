using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.SelfTesting;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>One part of the appliance and how it does.</summary>
internal sealed record PartStatus(string Name, DeviceHealth Health);

/// <summary>What the appliance knows of its own parts, for screens, heartbeat and the health endpoint. No personal data.</summary>
internal sealed class ApplianceHealth(
    IDocumentScanner scanner,
    IBoard board,
    BoardOptions fitted,
    JournalStore journal,
    InstalledList list,
    TamperLatch tamper,
    ClimateWatch climate,
    PowerWatch power,
    IDeviceKeyStore keys,
    CertificateWatch certificate,
    BlockBook blocks,
    CommandBook commands,
    RefusedEpochs refused,
    SelfTestBook selfTest,
    ClockKeeper clock,
    TimeProvider time)
{
    internal static string SoftwareVersion { get; } =
        typeof(ApplianceHealth).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    internal ImmutableArray<PartStatus> Parts()
    {
        var now = time.GetUtcNow();
        return
        [
            new("reader", scanner.Health),
            .. board.Parts().Select(part => new PartStatus(part.Name, Judged(part.Name, part.Health, now))),
            new("journal", journal.Status(now)),
            new("device-key", keys.Protection),
            new("certificate", certificate.Health()),
            new("sync", refused.Health()),
            new("state", State(now)),
            new("list", List(now)),
            new("self-test", selfTest.Latest?.Health ?? new DeviceHealth(DeviceState.Attention, "not run yet", now)),
            .. Simulated(now),
        ];
    }

    /// <summary>Nothing of a simulated board is real, however green it is.</summary>
    private IEnumerable<PartStatus> Simulated(DateTimeOffset now) => fitted.Kind == BoardKind.Simulated
        ? [new("board", new DeviceHealth(DeviceState.Attention, "The board is simulated: no contact, sensor or lamp of it is real.", now))]
        : [];

    /// <summary>Version and age go with every heartbeat, also while they are in order (guardrail 5).</summary>
    private DeviceHealth List(DateTimeOffset now)
    {
        if (list.Current is not { } generation)
            return new DeviceHealth(DeviceState.Failed, list.Problem, now);
        var status = list.Status(generation, clock.Read());
        var remark = list.Remark;
        var state = generation.Proof.State == ProofState.Missed ? DeviceState.Failed
            : status.Freshness == ListFreshness.Fresh && remark.Length == 0 ? DeviceState.Ok : DeviceState.Attention;
        return new DeviceHealth(state, remark.Length == 0 ? status.ToString() : $"{status}; {remark}", now);
    }

    /// <summary>A device that works may have bad news.</summary>
    private DeviceHealth Judged(string part, DeviceHealth health, DateTimeOffset now) => part switch
    {
        "tamper" or "lid" when tamper.IsOpen => new DeviceHealth(DeviceState.Failed, "The enclosure was opened. A supervisor signs in to see to it.", now),
        "climate" when health.State == DeviceState.Ok && climate.Warning is { } warning => warning,
        "power-lost" when health.State == DeviceState.Ok && power.Warning is { } warning => warning,
        "supply" when health.State == DeviceState.Ok && power.Warning is { } warning => warning,
        _ when health.State == DeviceState.Ok && Reading(part) is { Length: > 0 } reading => health with { Detail = reading },
        _ => health,
    };

    /// <summary>What a sensor measured last, for central; empty for parts that measure nothing, and while there is no reading.</summary>
    private string Reading(string part) => part switch
    {
        "climate" when board.Climate.Latest is { } air => $"{air.Temperature}, {air.Humidity}",
        "supply" when board.Supply.Latest is { } supply => $"{supply.Voltage}, {supply.Current}",
        "clock-chip" when board.Clock.MachineAhead is { } ahead => Ahead(ahead),
        "gps" when board.Gps.Latest is { } fix => string.Join(", ", ((string[])
        [
            fix.Position is { } place ? string.Create(CultureInfo.InvariantCulture, $"{place.LatitudeDegrees:0.0000}, {place.LongitudeDegrees:0.0000}") : "",
            fix.SatelliteCount is { } satellites ? string.Create(CultureInfo.InvariantCulture, $"{satellites} satellites") : "",
            board.Gps.MachineAhead is { } ahead ? Ahead(ahead) : "",
        ]).Where(static text => text.Length > 0)),
        _ => "",
    };

    private static string Ahead(TimeSpan ahead) => string.Create(CultureInfo.InvariantCulture, $"this machine is {ahead.TotalSeconds:0.0} s ahead");

    /// <summary>Small files that were damaged: the appliance works on, and somebody must know.</summary>
    private DeviceHealth State(DateTimeOffset now)
    {
        var problems = $"{blocks.Problem} {commands.Problem}".Trim();
        return new DeviceHealth(problems.Length == 0 ? DeviceState.Ok : DeviceState.Attention, problems, now);
    }
}
