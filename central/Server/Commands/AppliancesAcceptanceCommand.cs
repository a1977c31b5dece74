using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Acceptance;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary><c>appliances acceptance</c>: whether a technician's report is whole, and of which appliance it is.</summary>
internal sealed class AppliancesAcceptanceCommand
{
    /// <summary>A report has a line for each part; this is far more.</summary>
    private const int BytesMax = 1024 * 1024;

    private readonly Argument<FileInfo> _file = new("file") { Description = "The report that 'edge-checkpoint hardware check' wrote; its signature lies beside it." };

    public Command Build()
    {
        var command = new Command(
            "acceptance", "Check the signature of a technician's acceptance report, and show it. Exit code: 0 accepted, 1 not genuine, or a part failed or was left out.")
        {
            _file,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_file)!;
        var bytes = Read(file);
        var beside = new FileInfo(file.FullName + AcceptanceSignature.Ending);
        var signature = AcceptanceSignature.Parse(Read(beside)) ?? throw new CentralFault($"{beside} is no signature of a report.");
        await using var session = SiteSession.Open(parsed);
        var known = await session.Get<ICentralStore>().Appliances.FindByCertificateAsync(signature.Certificate, cancellationToken)
            ?? throw new CentralFault($"{file}: the certificate beside it is none of this site's appliances.");
        using var certificate = X509CertificateLoader.LoadCertificate(signature.Certificate);
        using var key = certificate.GetECDsaPublicKey();
        if (key?.VerifyData(AcceptanceSignature.Signed(bytes), signature.Signature, HashAlgorithmName.SHA256) != true)
            throw new CentralFault($"{file} was changed after it was signed, or is not the one that the signature beside it is for.");
        var report = AcceptanceReport.Parse(bytes) ?? throw new CentralFault($"{file} is genuine and no report that this version can read.");
        await ShowAsync(parsed.InvocationConfiguration.Output, known.Appliance, report);
        return report.IsAccepted ? CentralCommandLine.Done : CentralCommandLine.Failed;
    }

    private static async Task ShowAsync(TextWriter output, Appliance appliance, AcceptanceReport report)
    {
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.IsAccepted ? "ACCEPTED" : "NOT ACCEPTED")}: {appliance.ApplianceId} at {appliance.PostName}, by {Clean(report.Technician)}, {report.EndedAt:u}, board {Clean(report.BoardProfile)}"));
        foreach (var part in report.Parts)
            await output.WriteLineAsync($"  {part.Result,-10} {Clean(part.Part),-12} {Clean(part.Detail)}");
    }

    /// <summary>Nothing of a file moves the cursor of whoever reads it.</summary>
    private static string Clean(string text) => string.Concat(text.Where(static character => !char.IsControl(character)));

    private static byte[] Read(FileInfo file)
    {
        try
        {
            if (!file.Exists)
                throw new CentralFault($"{file} is missing; report and signature belong together.");
            return file.Length <= BytesMax ? File.ReadAllBytes(file.FullName) : throw new CentralFault($"{file} is too large for a report.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{file} cannot be read ({fault.Message.TrimEnd('.')}).", fault);
        }
    }
}
