using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.SelfTesting;

/// <summary>The parts of the self-test, each by what it needs: the service has all of it, a command beside a stopped service less.</summary>
internal static class SelfTestParts
{
    private const int ChallengeLength = 32;
    private const string CallTechnician = "Call the technician.";

    /// <summary>Writes, flushes and reads back; then what the journal says of itself.</summary>
    /// <param name="journalProblem">Empty when the journal is in order, or is not open here.</param>
    internal static SelfTestPart Storage(DataFolder data, string journalProblem, TimeProvider time)
    {
        if (!StorageProbe.Try(Path.Combine(data.State, "self-test"), time, out var finding))
            return new SelfTestPart("storage", SelfTestResult.Failed, finding, "Check that the card is in place, has room and is not write-protected; else replace it: edge-checkpoint replace.");
        return journalProblem.Length == 0
            ? new SelfTestPart("storage", SelfTestResult.Passed, finding)
            : new SelfTestPart("storage", SelfTestResult.Failed, journalProblem, "Use the paper procedure, and keep the card. " + CallTechnician);
    }

    /// <summary>A doubtful clock stops nobody and expires nothing, and the age of the list is unknown by it.</summary>
    internal static SelfTestPart Clock(ClockReading now) => now.Quality == ClockQuality.Doubtful
        ? new SelfTestPart("clock", SelfTestResult.Attention, "the time is doubtful", "Let the appliance reach central once, or bring a bundle with signed time; check the battery of the clock chip.")
        : new SelfTestPart("clock", SelfTestResult.Passed, now.Quality == ClockQuality.Confirmed ? "confirmed by signed time" : "held since it was last confirmed");

    /// <summary>Signs a challenge with the key in use, and opens what is wrapped to the storage key.</summary>
    /// <param name="open">Loads the keys; what it throws is the finding.</param>
    internal static SelfTestPart Keys(Func<Credential> open)
    {
        const string remedy = "Check the credential that seals the keys (edge/deploy/README.md); else take the board's place anew: edge-checkpoint replace.";
        try
        {
            var credential = open();
            var challenge = RandomNumberGenerator.GetBytes(ChallengeLength);
            using var certificate = X509CertificateLoader.LoadCertificate(credential.CertificateDer);
            using var publicKey = certificate.GetECDsaPublicKey();
            if (publicKey?.VerifyData(challenge, credential.Key.Sign(challenge), HashAlgorithmName.SHA256) != true)
                return new SelfTestPart("keys", SelfTestResult.Failed, "the signing key is not that of the certificate", remedy);
            var context = "edge-checkpoint self-test"u8;
            return KeyWrap.Unwrap(credential.Key, KeyWrap.Wrap(credential.Key.PublicKeySpki.Span, challenge, context), context).TryGet(out var opened, out var failure)
                && opened.AsSpan().SequenceEqual(challenge)
                ? new SelfTestPart("keys", SelfTestResult.Passed, "a challenge was signed and verified, wrapped and opened")
                : new SelfTestPart("keys", SelfTestResult.Failed, failure?.Reason ?? "the storage key opens something else", remedy);
        }
        catch (Exception fault) when (fault is InvalidDataException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            return new SelfTestPart("keys", SelfTestResult.Failed, fault.Message, remedy);
        }
    }

    internal static SelfTestPart Reader(DeviceHealth reader) => reader.State switch
    {
        DeviceState.Ok => new SelfTestPart("reader", SelfTestResult.Passed, "answers on its line"),
        DeviceState.NotFitted => new SelfTestPart("reader", SelfTestResult.NotFitted, ""),
        _ => new SelfTestPart(
            "reader", SelfTestResult.Failed, reader.Detail.Length > 0 ? reader.Detail : "it has not been opened",
            "Check its cable and power, then its settings: edge-checkpoint reader listen. Until then enter travellers by hand."),
    };

    /// <summary>Whether the list on the card is the one that was signed. Needs no key: signatures cover what is sealed.</summary>
    internal static SelfTestPart Signature(ReleaseStore store, SiteTrust trust)
    {
        const string remedy = "Let the appliance reach central, which sends the list anew, or bring a bundle; if it fails again, replace the card.";
        try
        {
            if (store.FindCurrent(out var problem) is not { } stored)
            {
                return store.HighestEver() == 0
                    ? new SelfTestPart("list-signature", SelfTestResult.NotChecked, "no list has been installed yet", "Let the appliance reach central, or bring a bundle.")
                    : new SelfTestPart("list-signature", SelfTestResult.Failed, problem, remedy);
            }

            return trust.VerifyInstalled(stored.Release, ReleaseKind.Watchlist).TryGet(out var metadata, out var failure)
                && trust.VerifyInstalled(stored.Base?.Release ?? stored.Release, ReleaseKind.Watchlist).TryGet(out var lowest, out failure)
                && store.CheckBase(lowest).TryGet(out _, out failure)
                && (failure = store.CheckDocuments(metadata)) is null
                ? new SelfTestPart("list-signature", SelfTestResult.Passed, string.Create(
                    CultureInfo.InvariantCulture,
                    $"version {metadata.Version} is signed, and {(stored.Base is null ? "is" : $"the list it lies on, version {lowest.Version}, is")} what was signed"))
                : new SelfTestPart("list-signature", SelfTestResult.Failed, failure!.Reason, remedy);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new SelfTestPart("list-signature", SelfTestResult.Failed, fault.Message, remedy);
        }
    }

    /// <summary>Looks for the specimen in the list in use.</summary>
    /// <param name="list">Null where no service has it open.</param>
    /// <param name="areKeysOpen">They are, and what they open has been opened.</param>
    internal static SelfTestPart Search(InstalledList? list, bool areKeysOpen)
    {
        const string name = "list-search";
        if (list?.Prove() is not { } proof)
        {
            return areKeysOpen
                ? new SelfTestPart(name, SelfTestResult.Failed, list!.Problem, "Travellers are not screened. Let the appliance reach central, or bring a bundle. " + CallTechnician)
                : new SelfTestPart(name, SelfTestResult.NotChecked, "the list is sealed until somebody signs in", "Sign in at the counter: the list is tested then.");
        }

        return proof.State switch
        {
            ProofState.Found => new SelfTestPart(name, SelfTestResult.Passed, "the specimen was found"),
            ProofState.NotSeeded => new SelfTestPart(name, SelfTestResult.Attention, proof.Reason, "At central: central-checkpoint watchlists publish."),
            _ => new SelfTestPart(
                name, SelfTestResult.Failed, proof.Reason,
                "Do not rely on Lists: refer travellers to second line. Start the appliance anew; if it fails again, have central publish the list anew, then replace the board. " + CallTechnician),
        };
    }
}
