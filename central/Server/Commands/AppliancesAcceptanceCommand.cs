using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary><c>appliances acceptance</c>: whether a technician's report is whole, and of which appliance it is.</summary>
internal sealed class AppliancesAcceptanceCommand
{
    private const string SignatureEnding = ".sig";

    /// <summary>A report has a line for each part; this is far more.</summary>
    private const int BytesMax = 1024 * 1024;

    private readonly Argument<FileInfo> _file = new("file") { Description = "The report that 'edge-checkpoint hardware check' wrote; its signature lies beside it." };

    /// <summary>What the appliance signs before the report's bytes (edge/Worker/Acceptance/AcceptanceFiles).</summary>
    private static ReadOnlySpan<byte> Context => "EdgeCheckpoint acceptance report v1\n"u8;

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
        var report = Read(file);
        var (certificate, signature) = ReadSignature(new FileInfo(file.FullName + SignatureEnding));
        await using var session = SiteSession.Open(parsed);
        var known = await session.Get<ICentralStore>().Appliances.FindByCertificateAsync(certificate, cancellationToken)
            ?? throw new CentralFault($"{file}: the certificate beside it is none of this site's appliances.");
        using var loaded = X509CertificateLoader.LoadCertificate(certificate);
        using var key = loaded.GetECDsaPublicKey();
        byte[] signed = [.. Context, .. report];
        if (key?.VerifyData(signed, signature, HashAlgorithmName.SHA256) != true)
            throw new CentralFault($"{file} was changed after it was signed, or is not the one that the signature beside it is for.");
        using var document = Parse(file, report);
        try
        {
            return await ShowAsync(parsed, known.Appliance, document.RootElement);
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException)
        {
            throw Unreadable(file, fault);
        }
    }

    private static async Task<int> ShowAsync(ParseResult parsed, Appliance appliance, JsonElement root)
    {
        var isAccepted = root.GetProperty("is_accepted").GetBoolean();
        var output = parsed.InvocationConfiguration.Output;
        await output.WriteLineAsync(
            $"{(isAccepted ? "ACCEPTED" : "NOT ACCEPTED")}: {appliance.ApplianceId} at {appliance.PostName}, by {Text(root, "technician")}, {Text(root, "ended_at")}, board {Text(root, "board_profile")}");
        foreach (var part in root.GetProperty("parts").EnumerateArray())
            await output.WriteLineAsync($"  {Text(part, "result"),-10} {Text(part, "part"),-12} {Text(part, "detail")}");
        return isAccepted ? CentralCommandLine.Done : CentralCommandLine.Failed;
    }

    private static CentralFault Unreadable(FileInfo file, Exception fault) => new($"{file} is genuine and no report that this version can read.", fault);

    private static string Text(JsonElement element, string name) =>
        string.Concat((element.GetProperty(name).GetString() ?? "").Where(static character => !char.IsControl(character)));

    private static JsonDocument Parse(FileInfo file, byte[] report)
    {
        try
        {
            return JsonDocument.Parse(report);
        }
        catch (JsonException fault)
        {
            throw Unreadable(file, fault);
        }
    }

    private static (byte[] Certificate, byte[] Signature) ReadSignature(FileInfo file)
    {
        try
        {
            using var document = JsonDocument.Parse(Read(file));
            return (document.RootElement.GetProperty("certificate").GetBytesFromBase64(), document.RootElement.GetProperty("signature").GetBytesFromBase64());
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new CentralFault($"{file} is no signature of a report.", fault);
        }
    }

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
