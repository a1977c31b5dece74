using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Acceptance;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Units;
using EdgeCheckpoint.Worker.Acceptance;

namespace EdgeCheckpoint.Edge.Tests.Worker.Acceptance;

public sealed class HardwareCheckTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly ScriptedReader _reader = new();
    private readonly ScriptedTechnician _technician;

    public HardwareCheckTests()
    {
        _technician = new ScriptedTechnician(_bench.Board, _bench.Time);
        _bench.Board.Air = new ClimateReading(new Temperature(21.5), new RelativeHumidity(40));
        _bench.Board.Battery = new SupplyReading(new ElectricPotential(8.1), new ElectricCurrent(0.5));
        _bench.Board.ChipAhead = TimeSpan.FromSeconds(0.4);
        Directory.CreateDirectory(_bench.Data.State);
        _reader.Lines = Bench.Passport("MARLOW", "ANNA", "U1234567", 1980, 5, 17);
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Run_EverythingWorks_PassesEveryPartThatIsFitted()
    {
        var parts = await RunAsync();

        Assert.Equal(
            ["storage", "reader", "tamper", "lid", "gate", "presence", "power-lost", "stack-light", "buzzer", "gate-ready", "display", "climate", "supply", "clock-chip", "gps"],
            parts.Select(static part => part.Part));
        Assert.All(parts.Where(static part => part.Part is not "gps"), static part => Assert.Equal(CheckResult.Passed, part.Result));
        Assert.Equal("21.5 °C, 40 %", parts.Single(static part => part.Part == "climate").Detail);
        Assert.DoesNotContain(parts, static part => part.Detail.Contains("MARLOW", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_NobodyOpensTheLid_FailsThatPartAndGoesOn()
    {
        _technician.Ignores = "lid";

        var parts = await RunAsync();

        Assert.Equal((CheckResult.Failed, "never read open"), (Of(parts, "lid").Result, Of(parts, "lid").Detail));
        Assert.Equal(CheckResult.Passed, Of(parts, "gate").Result);
    }

    [Theory]
    [InlineData(Answer.No, CheckResult.Failed)]
    [InlineData(Answer.Skip, CheckResult.Skipped)]
    internal async Task Run_LampNotSeen_IsNotPassed(Answer answer, CheckResult result)
    {
        _technician.Answers["amber"] = answer;

        Assert.Equal(result, Of(await RunAsync(), "stack-light").Result);
        Assert.Equal(default, _bench.Board.Lamps);
    }

    [Fact]
    public async Task Run_WrongDigitsOfTheDisplay_Fail()
    {
        _technician.Typed = static _ => "0000";

        Assert.Equal(CheckResult.Failed, Of(await RunAsync(), "display").Result);
    }

    [Fact]
    public async Task Run_SensorWithoutAReading_FailsInTime()
    {
        _bench.Board.Air = null;

        Assert.Equal(CheckResult.Failed, Of(await RunAsync(), "climate").Result);
    }

    [Fact]
    public async Task Run_NothingLaidDown_FailsTheReader()
    {
        _reader.Lines = [];

        Assert.Equal(CheckResult.Failed, Of(await RunAsync(), "reader").Result);
    }

    [Fact]
    public async Task Run_RubbishFromTheReader_NamesTheRemedy()
    {
        _reader.Lines = ["HELLO"];

        Assert.Contains("reader listen", Of(await RunAsync(), "reader").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WithTheAppliancesKey_IsSignedOverItsBytes()
    {
        var path = Path.Combine(_bench.Data.Path, "report.json");

        AcceptanceFiles.Write(path, Report(), _bench.Credentials.InUse);

        var signature = AcceptanceSignature.Parse(File.ReadAllBytes(path + ".sig"))!;
        using var certificate = X509CertificateLoader.LoadCertificate(signature.Certificate);
        using var key = certificate.GetECDsaPublicKey()!;
        byte[] signed = [.. "EdgeCheckpoint acceptance report v1\n"u8, .. File.ReadAllBytes(path)];
        Assert.True(key.VerifyData(signed, signature.Signature, HashAlgorithmName.SHA256));
        signed[^2] ^= 1;
        Assert.False(key.VerifyData(signed, signature.Signature, HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Write_WithoutAKey_LeavesNoOldSignatureBeside()
    {
        var path = Path.Combine(_bench.Data.Path, "report.json");
        AcceptanceFiles.Write(path, Report(), _bench.Credentials.InUse);

        AcceptanceFiles.Write(path, Report() with { IsAccepted = false }, null);

        Assert.False(File.Exists(path + ".sig"));
    }

    private static AcceptanceReport Report() => new()
    {
        ApplianceId = "ap-bench",
        PostName = "Utopia North",
        HardwareSerial = "1000",
        BoardProfile = "simulated",
        Software = "0",
        Technician = "TEC-05",
        StartedAt = Bench.Start,
        EndedAt = Bench.Start,
        IsAccepted = true,
        Parts = [new CheckedPart("storage", CheckResult.Passed, "")],
    };

    [Theory]
    [InlineData("red lamp")]
    [InlineData("green lamp")]
    [InlineData("buzzer")]
    [InlineData("gate-ready")]
    public async Task Run_StoppedAtALampWhileABusHangs_PutsEverythingOutAtOnce(string question)
    {
        var hung = new TaskCompletionSource();
        _bench.Board.Loops = hung.Task;
        _technician.StopsAt = question;

        var running = RunAsync();
        await _technician.Stopped.Task.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(StackLightState.Off, _bench.Board.Lamps);
        Assert.False(_bench.Board.IsBuzzing || _bench.Board.IsGateReady);
        Assert.False(running.IsCompleted);
        hung.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static CheckedPart Of(ImmutableArray<CheckedPart> parts, string name) => parts.Single(part => part.Part == name);

    /// <summary>Runs the check while the time passes.</summary>
    private async Task<ImmutableArray<CheckedPart>> RunAsync()
    {
        var running = new HardwareCheck(_bench.Board, _reader, _technician, _bench.Data.Path, _bench.Time).RunAsync(TestContext.Current.CancellationToken);
        while (!running.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            _bench.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await running;
    }

    /// <summary>Does what is said, at once.</summary>
    private sealed class ScriptedTechnician(ScriptedBoard board, TimeProvider time) : ITechnician
    {
        public string Ignores { get; set; } = "none";

        public Dictionary<string, Answer> Answers { get; } = [];

        public Func<string, string> Typed { get; set; } = static shown => shown;

        public void Say(string sentence)
        {
            Assert.True(time.GetUtcNow() >= Bench.Start);
            if (sentence.Contains(Ignores, StringComparison.OrdinalIgnoreCase))
                return;
            foreach (var (word, role) in new[]
            {
                ("tamper loop", ContactRole.Tamper), ("the lid", ContactRole.Lid), ("the gate", ContactRole.Gate), ("light barrier", ContactRole.Presence),
                ("mains plug", ContactRole.PowerLost),
            })
            {
                if (!sentence.Contains(word, StringComparison.Ordinal))
                    continue;
                var isOpen = sentence.StartsWith("Open", StringComparison.Ordinal) || sentence.StartsWith("Step into", StringComparison.Ordinal)
                    || sentence.StartsWith("Pull", StringComparison.Ordinal);
                board.Set(role, isOpen ? ContactLevel.Open : ContactLevel.Closed);
                return;
            }
        }

        /// <summary>The question at which the technician presses Ctrl-C.</summary>
        public string? StopsAt { get; set; }

        /// <summary>Done once that was taken.</summary>
        public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<Answer> AskAsync(string question, CancellationToken cancellationToken)
        {
            if (StopsAt is not null && question.Contains(StopsAt, StringComparison.Ordinal))
            {
                // What runs before the next yield is what the check does at once.
                _ = Task.Run(async () => { await Task.Yield(); Stopped.TrySetResult(); }, CancellationToken.None);
                throw new OperationCanceledException();
            }

            return await AnswerAsync(question);
        }

        private Task<Answer> AnswerAsync(string question) =>
            Task.FromResult(Answers.FirstOrDefault(answer => question.Contains(answer.Key, StringComparison.Ordinal)) is { Key: not null } known ? known.Value : Answer.Yes);

        public Task<string> ReadAsync(string question, CancellationToken cancellationToken) => Task.FromResult(Typed(board.Lines[^1]));
    }

    private sealed class ScriptedReader : IDocumentScanner
    {
        public ImmutableArray<string> Lines { get; set; } = [];

        public string Name => "scripted";

        public DeviceHealth Health { get; } = new(DeviceState.Ok, "", Bench.Start);

        public async IAsyncEnumerable<DocumentScan> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (Lines.Length > 0)
                yield return new DocumentScan { Lines = Lines, LastByteTimestamp = 0 };
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
