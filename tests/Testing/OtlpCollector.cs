using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;

namespace EdgeCheckpoint.Testing;

/// <summary>Takes what a program exports by OTLP over http and keeps the bytes, to be searched.</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = new();
    private readonly Task _serving;

    public OtlpCollector()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>Bytes that came so far.</summary>
    public long Bytes => _taken.Sum(static taken => (long)taken.Body.Length);

    /// <summary>True when a text stands in what came for a signal.</summary>
    /// <param name="signal">"metrics" or "traces".</param>
    public bool Has(string signal, string text) =>
        _taken.Any(taken => taken.Path == $"/v1/{signal}" && taken.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    /// <summary>True when a text stands anywhere in what came.</summary>
    public bool Has(string text) => Has("metrics", text) || Has("traces", text);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await using (var plain = context.Request.Headers["Content-Encoding"] == "gzip"
                    ? new GZipStream(context.Request.InputStream, CompressionMode.Decompress)
                    : context.Request.InputStream)
                {
                    await plain.CopyToAsync(body);
                }

                _taken.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
            catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException)
            {
                // Stopped, or the program that was exporting is gone.
            }
        }
    }
}
