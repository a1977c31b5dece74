using System.IO.Ports;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Reader on a serial line or USB serial port. Opens the port, reads, and opens it again when it was pulled out, for as
/// long as it is enumerated.
/// </summary>
public sealed class SerialDocumentScanner : IDocumentScanner
{
    private readonly ScannerOptions _options;
    private readonly ReaderSupervisor _supervisor;

    /// <param name="tap">Sees the bytes too; null for none.</param>
    public SerialDocumentScanner(
        ScannerOptions options, TimeProvider time, ILogger<SerialDocumentScanner> log, IReaderTap? tap = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var isFitted = options.Kind != ScannerKind.None && options.DevicePath.Length > 0;
        _supervisor = new ReaderSupervisor(options.DevicePath, isFitted ? Open : null, options.ToProfile(), time, log, tap);
    }

    /// <inheritdoc/>
    public string Name => $"Reader at {_options.DevicePath}";

    /// <inheritdoc/>
    public DeviceHealth Health => _supervisor.Health;

    /// <inheritdoc/>
    public IAsyncEnumerable<DocumentScan> ReadAllAsync(CancellationToken cancellationToken) =>
        _supervisor.ReadAllAsync(cancellationToken);

    private OpenedLine Open()
    {
        var port = new SerialPort(
            _options.DevicePath, _options.BaudRate, _options.Parity, _options.DataBits, _options.StopBits);
        try
        {
            // Touched only when configured: a pseudo terminal answers with an error.
            if (_options.DtrEnable is { } dtr)
                port.DtrEnable = dtr;
            if (_options.RtsEnable is { } rts)
                port.RtsEnable = rts;
            port.Open();
            return new OpenedLine(port.BaseStream, port);
        }
        catch (UnauthorizedAccessException) when (File.Exists(_options.DevicePath))
        {
            // The same exception means a missing device, one without rights, and one that is no serial line.
            port.Dispose();
            throw new ReaderUnavailableException(LibC.Access(_options.DevicePath, LibC.AccessRead | LibC.AccessWrite) == 0
                ? $"Reader at {_options.DevicePath} cannot be opened: it is no serial line, or another program has it"
                : $"Reader at {_options.DevicePath} may not be opened: add the service's user to the group dialout");
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }
}
