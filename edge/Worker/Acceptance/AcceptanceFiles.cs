using EdgeCheckpoint.Acceptance;
using EdgeCheckpoint.Worker.Enrolment;

namespace EdgeCheckpoint.Worker.Acceptance;

/// <summary>Writes a report and, beside it, the appliance's signature.</summary>
internal static class AcceptanceFiles
{
    /// <exception cref="IOException">A file cannot be written.</exception>
    internal static void Write(string path, AcceptanceReport report, Credential? credential)
    {
        var bytes = report.Encode();
        File.WriteAllBytes(path, bytes);
        File.Delete(path + AcceptanceSignature.Ending);
        if (credential is null)
            return;
        var signature = new AcceptanceSignature(credential.CertificateDer, credential.Key.Sign(AcceptanceSignature.Signed(bytes)));
        File.WriteAllBytes(path + AcceptanceSignature.Ending, signature.Encode());
    }
}
