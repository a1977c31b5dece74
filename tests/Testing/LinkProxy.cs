using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace EdgeCheckpoint.Testing;

/// <summary>A link's quality, the same both ways.</summary>
/// <param name="Delay">One way.</param>
/// <param name="BytesPerSecond">0 for as fast as it goes.</param>
/// <param name="LossShare">Share of segments that are lost. TCP sends them again: what follows waits for that, one and a half round trips and at least 200 ms.</param>
public sealed record LinkQuality(TimeSpan Delay, double BytesPerSecond, double LossShare)
{
    /// <summary>Nothing in the way.</summary>
    public static LinkQuality Perfect { get; } = new(TimeSpan.Zero, 0, 0);

    /// <summary>A geostationary satellite: 600 ms there and back, 64 kbit/s, 2 % lost.</summary>
    public static LinkQuality Satellite { get; } = new(TimeSpan.FromMilliseconds(300), 64_000 / 8.0, 0.02);

    /// <summary>A telephone's data call: 9.6 kbit/s, 800 ms there and back, one segment of ten lost.</summary>
    public static LinkQuality Gsm { get; } = new(TimeSpan.FromMilliseconds(400), 9_600 / 8.0, 0.10);

    /// <summary>A satellite telephone: 2.4 kbit/s, 1.5 s there and back, 5 % lost.</summary>
    public static LinkQuality SatelliteTelephone { get; } = new(TimeSpan.FromMilliseconds(750), 2_400 / 8.0, 0.05);
}

/// <summary>
/// A bad link between an appliance and central: a relay of TCP on loopback that delays, narrows, loses and swallows. What it swallows is
/// not answered and not refused; the ends keep a connection that looks alive.
/// </summary>
public sealed class LinkProxy : IAsyncDisposable
{
    private const int SegmentBytes = 1_460;
    private const int BufferedSegments = 24;

    private static readonly TimeProvider Time = TimeProvider.System;

    private static readonly TimeSpan RetransmissionMin = TimeSpan.FromMilliseconds(200);

    private readonly Uri _target;
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<Relay, byte> _relays = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Random _random;
    private readonly Task _accepting;
    private volatile LinkQuality _quality = LinkQuality.Perfect;
    private volatile bool _isDown;
    private volatile bool _swallowsRequests;
    private volatile bool _swallowsReplies;

    /// <param name="target">Where central listens.</param>
    /// <param name="seed">Of what is lost.</param>
    public LinkProxy(Uri target, int seed)
    {
        _target = target;
        _random = new Random(seed);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Address = new Uri($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where the appliance calls.</summary>
    public Uri Address { get; }

    /// <summary>Connections that were opened so far.</summary>
    public int Connections { get; private set; }

    public LinkQuality Quality
    {
        get => _quality;
        set => _quality = value;
    }

    /// <summary>Down: what is open is cut, what is new is cut at once.</summary>
    public bool IsDown
    {
        get => _isDown;
        set
        {
            _isDown = value;
            if (value)
                Cut();
        }
    }

    /// <summary>Requests vanish while this holds; replies still come through.</summary>
    public bool SwallowsRequests
    {
        get => _swallowsRequests;
        set => _swallowsRequests = value;
    }

    /// <summary>Replies vanish while this holds; requests still come through.</summary>
    public bool SwallowsReplies
    {
        get => _swallowsReplies;
        set => _swallowsReplies = value;
    }

    /// <summary>
    /// A box on the way forgets every open connection: nothing comes through on them any more, in neither direction, and nobody is told.
    /// New connections are not concerned.
    /// </summary>
    public void Forget()
    {
        foreach (var relay in _relays.Keys)
            relay.IsForgotten = true;
    }

    /// <summary>Resets every open connection, with whatever is under way.</summary>
    public void Cut()
    {
        foreach (var relay in _relays.Keys)
            relay.Reset();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        await Task.WhenAll(_relays.Keys.Select(static relay => relay.Ended));
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket near;
            try
            {
                near = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Connections++;
            if (_isDown)
            {
                near.Close(0);
                continue;
            }

            var relay = new Relay(this, near);
            _relays[relay] = 0;
            relay.Start();
        }
    }

    private bool Loses(double share)
    {
        if (share <= 0)
            return false;
        lock (_random)
            return _random.NextDouble() < share;
    }

    /// <summary>One connection.</summary>
    private sealed class Relay(LinkProxy owner, Socket near) : IDisposable
    {
        private readonly Socket _far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(owner._stopping.Token);

        private readonly Lock _closing = new();
        private bool _isClosed;

        public Task Ended { get; private set; } = Task.CompletedTask;

        public bool IsForgotten { get; set; }

        public void Start() => Ended = RunAsync();

        public void Reset()
        {
            lock (_closing)
            {
                if (!_isClosed)
                    _ending.Cancel();
                near.Close(0);
                _far.Close(0);
            }
        }

        public void Dispose()
        {
            Reset();
            lock (_closing)
            {
                _isClosed = true;
                _ending.Dispose();
            }
        }

        private async Task RunAsync()
        {
            try
            {
                near.NoDelay = true;
                await _far.ConnectAsync(IPAddress.Parse(owner._target.Host), owner._target.Port, _ending.Token);
                await Task.WhenAll(
                    CarryAsync(near, _far, () => IsForgotten || owner._swallowsRequests), CarryAsync(_far, near, () => IsForgotten || owner._swallowsReplies));
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Cut, or one end is gone: then the other learns it too.
            }
            finally
            {
                owner._relays.TryRemove(this, out _);
                Dispose();
            }
        }

        /// <summary>One direction: read, keep until it would have arrived, write.</summary>
        private async Task CarryAsync(Socket from, Socket to, Func<bool> isSwallowed)
        {
            var underWay = Channel.CreateBounded<(byte[] Bytes, long DueAt)>(BufferedSegments);
            var writing = WriteAsync();
            var buffer = new byte[SegmentBytes];
            var freeAt = Time.GetTimestamp();
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, SocketFlags.None, _ending.Token);
                if (count == 0)
                    break;
                var quality = owner._quality;
                freeAt = Math.Max(freeAt, Time.GetTimestamp());
                if (quality.BytesPerSecond > 0)
                    freeAt += Ticks(TimeSpan.FromSeconds(count / quality.BytesPerSecond));
                while (owner.Loses(quality.LossShare))
                    freeAt += Ticks(quality.Delay * 3 > RetransmissionMin ? quality.Delay * 3 : RetransmissionMin);
                await underWay.Writer.WriteAsync((buffer[..count], freeAt + Ticks(quality.Delay)), _ending.Token);
            }

            underWay.Writer.Complete();
            await writing;
            to.Shutdown(SocketShutdown.Send);

            async Task WriteAsync()
            {
                await foreach (var (bytes, dueAt) in underWay.Reader.ReadAllAsync(_ending.Token))
                {
                    await UntilAsync(dueAt);

                    // Swallowed segments would be sent again and again; whoever comes back finds them delivered in order.
                    while (isSwallowed())
                        await Task.Delay(TimeSpan.FromMilliseconds(20), Time, _ending.Token);
                    await to.SendAsync(bytes, SocketFlags.None, _ending.Token);
                }
            }
        }

        private async Task UntilAsync(long dueAt)
        {
            var left = Time.GetElapsedTime(Time.GetTimestamp(), dueAt);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, Time, _ending.Token);
        }

        private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Time.TimestampFrequency);
    }
}
