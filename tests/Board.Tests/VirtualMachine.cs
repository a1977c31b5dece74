using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Board.Tests;

/// <summary>
/// One power-on of the virtual board: QEMU from its start to its end. The card's image outlives it. Killing it is a power cut for everything
/// inside; what the guest had handed to its disk stays with the host, flushed or not, so loss within the disk is not modelled here (Faults.Tests do).
/// </summary>
internal sealed class VirtualMachine : IAsyncDisposable
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(90);

    private readonly ChildProcess _qemu;
    private readonly MachineMonitor _monitor;
    private readonly UnixSocket _lines;
    private readonly BenchPort _bench;
    private readonly string _gpio;

    private VirtualMachine(ChildProcess qemu, MachineMonitor monitor, UnixSocket lines, BenchPort bench, string gpio) =>
        (_qemu, _monitor, _lines, _bench, _gpio) = (qemu, monitor, lines, bench, gpio);

    /// <summary>What stood on the console.</summary>
    internal string Console => _qemu.Log;

    internal bool IsOff => _qemu.HasExited;

    /// <summary>Switches on and waits for the bench.</summary>
    /// <param name="image">Folder with kernel and initrd.</param>
    /// <param name="card">Image of the card.</param>
    /// <param name="folder">For QEMU's sockets.</param>
    /// <param name="counterPort">Port of this machine at which the counter page is to be had.</param>
    internal static async Task<VirtualMachine> BootAsync(string image, string card, string folder, int counterPort, CancellationToken cancellationToken)
    {
        string[] sockets = [.. new[] { "bench", "qmp", "qtest" }.Select(name => Path.Combine(folder, name))];
        foreach (var socket in sockets)
            File.Delete(socket);
        var qemu = ChildProcess.Start(
            ["qemu-system-aarch64"],
            [
                "-M", "virt", "-cpu", "cortex-a72", "-accel", "tcg", "-smp", "2", "-m", "512", "-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio",
                "-kernel", Path.Combine(image, "kernel"), "-initrd", Path.Combine(image, "initrd"),
                "-append", "console=ttyAMA0 quiet loglevel=3 panic=-1 mitigations=off",
                "-drive", $"if=none,id=card,file={card},format=raw,cache=writeback", "-device", "virtio-blk-device,drive=card",
                "-netdev", $"user,id=counter,net=10.0.2.0/24,restrict=on,hostfwd=tcp:127.0.0.1:{counterPort}-10.0.2.15:8470",
                "-device", "virtio-net-device,netdev=counter,mac=52:54:00:00:00:02",
                "-netdev", "user,id=central,net=10.0.3.0/24", "-device", "virtio-net-device,netdev=central,mac=52:54:00:00:00:03",
                "-device", "virtio-rng-device", "-device", "virtio-serial-device",
                "-chardev", $"socket,id=bench,path={sockets[0]},server=on,wait=off", "-device", "virtserialport,chardev=bench,name=bench",
                "-qmp", $"unix:{sockets[1]},server=on,wait=off", "-qtest", $"unix:{sockets[2]},server=on,wait=off", "-qtest-log", "none",
            ]);
        try
        {
            var bench = new BenchPort(await UnixSocket.ConnectAsync(sockets[0], cancellationToken));
            var monitor = await MachineMonitor.ConnectAsync(sockets[1], cancellationToken);
            var lines = await UnixSocket.ConnectAsync(sockets[2], cancellationToken);
            await qemu.LineAsync("bench: ready", BootLimit, cancellationToken);
            return new VirtualMachine(qemu, monitor, lines, bench, await monitor.FindGpioAsync(cancellationToken));
        }
        catch (Exception fault) when (fault is TimeoutException or IOException or InvalidOperationException)
        {
            var console = qemu.Log;
            await qemu.DisposeAsync();
            throw new InvalidOperationException($"The virtual board did not start: {fault.Message}\n{console}", fault);
        }
        catch
        {
            await qemu.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drives a line of the GPIO controller.</summary>
    internal async Task SetLineAsync(int line, bool isHigh, CancellationToken cancellationToken)
    {
        await _lines.WriteLineAsync($"set_irq_in {_gpio} unnamed-gpio-in {line} {(isHigh ? 1 : 0)}", cancellationToken);
        Assert.StartsWith("OK", await _lines.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
    }

    internal Task PressPowerButtonAsync(CancellationToken cancellationToken) => _monitor.PressPowerButtonAsync(cancellationToken);

    internal Task SetLinkAsync(bool isUp, CancellationToken cancellationToken) => _monitor.SetLinkAsync(isUp, cancellationToken);

    /// <summary>Has something done by the bench inside.</summary>
    internal Task<IReadOnlyList<string>> DoAsync(CancellationToken cancellationToken, params string[] words) => _bench.DoAsync(cancellationToken, words);

    /// <summary>Waits until the machine has switched itself off.</summary>
    internal Task<int> SwitchedOffAsync(TimeSpan limit, CancellationToken cancellationToken) => _qemu.ExitAsync(limit, cancellationToken);

    /// <summary>Cuts the power.</summary>
    public async ValueTask DisposeAsync()
    {
        await _qemu.DisposeAsync();
        _bench.Dispose();
        _monitor.Dispose();
        _lines.Dispose();
    }
}
