using System.Text.Json;
using EdgeCheckpoint.Worker.Enrolment;

namespace EdgeCheckpoint.Worker.Acceptance;

/// <summary>Writes a report and, beside it, the appliance's signature.</summary>
internal static class AcceptanceFiles
{
    /// <summary>Ending of the file with the signature.</summary>
    internal const string SignatureEnding = ".sig";

    /// <summary>Keeps this signature from being one over anything else.</summary>
    private static ReadOnlySpan<byte> Context => "EdgeCheckpoint acceptance report v1\n"u8;

    /// <exception cref="IOException">A file cannot be written.</exception>
    internal static void Write(string path, AcceptanceReport report, Credential? credential)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(report, AcceptanceJson.Default.AcceptanceReport);
        File.WriteAllBytes(path, bytes);
        File.Delete(path + SignatureEnding);
        if (credential is null)
            return;
        var signature = new AcceptanceSignature(
            Convert.ToBase64String(credential.CertificateDer), Convert.ToBase64String(credential.Key.Sign([.. Context, .. bytes])));
        File.WriteAllBytes(path + SignatureEnding, JsonSerializer.SerializeToUtf8Bytes(signature, AcceptanceJson.Default.AcceptanceSignature));
    }
}
