using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Worker.Syncing;
using Grpc.Core;

namespace EdgeCheckpoint.Load;

/// <summary>Central is restarted under a nation's doorbells and heartbeats.</summary>
internal static class ReconnectCommand
{
    /// <summary>Of the calls since central was back, how many may fail.</summary>
    private const double FailedShareMax = 0.01;

    private static readonly TimeProvider Time = TimeProvider.System;

    internal static Command Create()
    {
        var appliances = new Option<int>("--appliances") { Description = "Appliances, each with a connection, a doorbell and heartbeats.", DefaultValueFactory = static _ => 200 };
        var away = new Option<int>("--away-seconds") { Description = "How long central is away.", DefaultValueFactory = static _ => 5 };
        var settle = new Option<int>("--settle-seconds") { Description = "How long they may take to be back.", DefaultValueFactory = static _ => 300 };
        var spread = new Option<int>("--spread-seconds") { Description = "Over how long each spreads its first reconnect.", DefaultValueFactory = static _ => 120 };
        var beat = new Option<int>("--beat-seconds") { Description = "Seconds between an appliance's heartbeats.", DefaultValueFactory = static _ => 60 };
        var postgres = new Option<string>("--postgres") { Description = LoadSite.PostgresHelp, DefaultValueFactory = static _ => "" };
        var command = new Command("reconnect", "Kills central under connected appliances, starts it again, and counts until all are back and what failed on the way.")
        {
            appliances, away, settle, spread, beat, postgres,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(appliances),
            TimeSpan.FromSeconds(result.GetValue(away)),
            TimeSpan.FromSeconds(result.GetValue(settle)),
            new SyncOptions { ReconnectSpreadSeconds = result.GetValue(spread), HeartbeatSeconds = result.GetValue(beat) },
            result.GetValue(postgres)!,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        int count, TimeSpan away, TimeSpan settle, SyncOptions options, string postgres, CancellationToken cancellationToken)
    {
        await using var site = await LoadSite.StartAsync(postgres, cancellationToken);
        var appliances = await site.EnrolAsync(count, cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var posts = appliances.Select(appliance => new ConnectedPost(appliance, options)).ToArray();
        var running = posts.Select(post => post.RunAsync(ending.Token)).ToArray();
        if (!await UntilAsync("connected", posts, static post => post.IsConnected, settle, cancellationToken))
            return 1;

        await site.Central.KillAsync();
        await Task.Delay(away, Time, cancellationToken);
        await site.Central.StartAsync(cancellationToken);
        foreach (var post in posts)
            post.CentralIsBack();
        var start = Time.GetTimestamp();
        var before = site.Use();
        var isBack = await UntilAsync("back", posts, static post => post.IsConnected && post.HasBeatenSince, settle, cancellationToken);
        var elapsed = Time.GetElapsedTime(start);
        var after = site.Use();
        var settled = posts.Count(static post => post.IsConnected && post.HasBeatenSince);
        await ending.CancelAsync();
        await Task.WhenAll(running);

        var calls = posts.Sum(static post => post.CallsSince);
        var failed = posts.Sum(static post => post.FailedSince);
        var processor = (after.Processor - before.Processor).TotalSeconds;
        Say($"appliances {count:N0}, central away for {away.TotalSeconds:N0} s, first reconnects spread over {options.ReconnectSpreadSeconds:N0} s, store {(postgres.Length > 0 ? "PostgreSQL" : "SQLite")}");
        Say($"doorbell open and heartbeat answered again at {settled:N0} after {elapsed.TotalSeconds:N1} s");
        Say($"calls while central was away: {posts.Sum(static post => post.CallsBefore):N0}");
        Say($"calls since it was back: {calls:N0}, failed {failed:N0} ({(calls == 0 ? 0 : (double)failed / calls):P2})");
        foreach (var (why, times) in posts.SelectMany(static post => post.Failures).CountBy(static why => why).OrderByDescending(static entry => entry.Value))
            Say($"  {times:N0} times: {why}");
        Say($"central: {processor:N1} s of processor time ({processor / elapsed.TotalSeconds:N2} cores), {after.ResidentBytes / 1e6:N0} MB resident");
        foreach (var appliance in appliances)
            appliance.Dispose();
        var isQuiet = failed <= FailedShareMax * calls;
        if (!isQuiet)
            Say($"MISSED: more than {FailedShareMax:P0} of the calls failed");
        return isBack && isQuiet ? 0 : 1;
    }

    private static async Task<bool> UntilAsync(string what, ConnectedPost[] posts, Func<ConnectedPost, bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = Time.GetTimestamp();
        int count;
        while ((count = posts.Count(condition)) < posts.Length && Time.GetElapsedTime(start) < limit)
        {
            Progress.Show(what, count, posts.Length);
            await Task.Delay(TimeSpan.FromMilliseconds(200), Time, cancellationToken);
        }

        Progress.Show(what, count, posts.Length);
        Progress.End();
        if (count < posts.Length)
            Console.Error.WriteLine($"Only {count} of {posts.Length} {what} within {limit.TotalSeconds:0} s.");
        return count == posts.Length;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A post that is quiet: a doorbell and a heartbeat, by the appliance's own gate and back-off.</summary>
internal sealed class ConnectedPost(SimulatedAppliance appliance, SyncOptions options)
{
    private const int TickSeconds = 60;

    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly TimeSpan CallLongest = TimeSpan.FromSeconds(30);

    private readonly LinkGate _gate = new(options, Time, Random.Shared);
    private volatile bool _isConnected;
    private volatile bool _hasBeaten;
    private volatile bool _isBack;
    private int _callsBefore;
    private int _callsSince;
    private int _failedSince;

    /// <summary>What each call since central was back failed with.</summary>
    internal ConcurrentQueue<string> Failures { get; } = [];

    internal bool IsConnected => _isConnected;

    internal bool HasBeatenSince => _hasBeaten;

    internal int CallsBefore => _callsBefore;

    internal int CallsSince => _callsSince;

    internal int FailedSince => _failedSince;

    internal void CentralIsBack()
    {
        _hasBeaten = false;
        (_callsBefore, _callsSince, _failedSince) = (_callsSince, 0, 0);
        _isBack = true;
    }

    internal Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(ListenAsync(cancellationToken), BeatAsync(cancellationToken));

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var backoff = new SyncBackoff(options, Random.Shared);
        while (!cancellationToken.IsCancellationRequested)
        {
            var isSince = _isBack;
            try
            {
                if (_gate.Wait(isAlert: false) is var shut && shut > TimeSpan.Zero)
                {
                    await Task.Delay(shut, Time, cancellationToken);
                    continue;
                }

                Interlocked.Increment(ref _callsSince);
                using var call = new Protos.V1.DoorbellService.DoorbellServiceClient(appliance.Channel).Listen(
                    new ListenRequest { TickIntervalSeconds = TickSeconds }, cancellationToken: cancellationToken);
                await foreach (var _ in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    _isConnected = true;
                    backoff.Succeeded();
                }
            }
            catch (Exception fault) when (fault is RpcException or OperationCanceledException)
            {
                // A stream that central's end ended is no failed call; one that never ticked is.
                if (!_isConnected && !cancellationToken.IsCancellationRequested)
                    Failed("doorbell", fault, isSince);
            }

            _isConnected = false;
            await WaitAsync(backoff.Failed(TimeSpan.Zero, isUrgent: false), cancellationToken);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        // Each at its own time of the minute, as they were started.
        await WaitAsync(TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Min(10, options.HeartbeatSeconds)), cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (_gate.Wait(isAlert: false) == TimeSpan.Zero)
                await BeatOnceAsync(cancellationToken);
            await WaitAsync(TimeSpan.FromSeconds(options.HeartbeatSeconds), cancellationToken);
        }
    }

    private async Task BeatOnceAsync(CancellationToken cancellationToken)
    {
        var isSince = _isBack;
        Interlocked.Increment(ref _callsSince);
        try
        {
            await new Protos.V1.HealthService.HealthServiceClient(appliance.Channel).ReportHealthAsync(
                new ReportHealthRequest(), deadline: (Time.GetUtcNow() + CallLongest).UtcDateTime, cancellationToken: cancellationToken);
            _gate.Answered();
            _hasBeaten = true;
        }
        catch (Exception fault) when (fault is RpcException or OperationCanceledException)
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            _gate.Failed(isAlert: false);
            Failed("heartbeat", fault, isSince);
        }
    }

    /// <param name="isSince">True for a call that was begun since central is back; one that was begun before could not succeed.</param>
    private void Failed(string call, Exception fault, bool isSince)
    {
        if (!isSince)
            return;
        Interlocked.Increment(ref _failedSince);
        Failures.Enqueue(fault is RpcException rpc ? $"{call}: {rpc.StatusCode}, {rpc.Status.Detail}" : $"{call}: {fault.Message}");
    }

    private static async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }
}
