using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeCheckpoint.Core.Tests.Records;
using EdgeCheckpoint.Core.Tests.Releases;
using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Core.Tests.Vectors;

/// <summary>
/// Writes the vectors of the current format versions (tests/vectors/README.md). A file that exists is never written
/// again: what appliances wrote once must stay readable for ever. A new version adds files beside the old ones.
/// </summary>
public sealed class VectorWriter
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private static readonly string[] Keys = ["appliance-storage", "central-record", "appliance-signing", "authority", "operator", "timestamp",
        "root-1", "root-2", "root-3", "people-1", "people-2", "policy-1", "policy-2", "suppress-1", "suppress-2", "site-authority"];

    [Fact]
    public void Write_AskedFor_AddsMissingVectorsAndLeavesTheOthers()
    {
        if (Environment.GetEnvironmentVariable(VectorFiles.WriteVariable) == "1")
            WriteMissing();

        string[] names =
        [
            .. Keys.Select(static key => $"keys/{key}.p8"), "document-table-1.bin", "document-table-delta-1.bin",
            "bundle-head-1.bin", "entry-delta-1.bin", "newest-statement-1.bin", "newest-statement-1.sig", "release-log-entry-1.bin",
            "entry-record-1.bin", "entry-record-exit-1.bin", "enrolment-request-1.bin", "join-ticket-1.json", "join-ticket-2.json", "join-ticket-code-1.txt", "personal-part-1.bin",
            "record-batch-1.json", "record-header-1.bin", "record-header-back-entry-1.bin", "record-header-salvaged-1.bin", "rescue-file-1.bin", "removals-1.bin", "salvaged-record-1.bin", "release-metadata-1.bin", "release-signatures-1.json",
            "root-metadata-1.bin", "root-signatures-1.json",
            "sealed-segment-1.bin", "time-statement-1.bin", "time-statement-1.sig", "watchlist-names-3.bin", "watchlist-overlay-2.bin", "watchlist-overlay-3.bin",
            "watchlist-package-1.bin", "watchlist-package-2.bin", "watchlist-package-3.bin", "wrapped-key-1.bin",
        ];
        Assert.All(names, static name => Assert.True(File.Exists(VectorFiles.PathOf(name)), $"{name} is missing"));
    }

    private static void WriteMissing()
    {
        foreach (var key in Keys)
            Add($"keys/{key}.p8", static () => ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKey());
        using var storage = VectorFiles.AgreementKey("appliance-storage");
        using var central = VectorFiles.AgreementKey("central-record");
        Add("record-header-1.bin", static () => RecordFixtures.Header(41).Encode());
        Add("personal-part-1.bin", static () => RecordFixtures.Personal().Encode());
        Add("wrapped-key-1.bin", () => KeyWrap.Wrap(storage.ExportSubjectPublicKeyInfo(), [.. Enumerable.Range(1, 32).Select(static i => (byte)i)], "vector"u8));
        Add("record-batch-1.json", () => Batch(storage.ExportSubjectPublicKeyInfo(), central.ExportSubjectPublicKeyInfo()));
        Add("record-header-salvaged-1.bin", static () => RecordFixtures.Carrier(43).Encode());
        Add("record-header-back-entry-1.bin", static () => RecordFixtures.BackEntry(42).Encode());
        Add("salvaged-record-1.bin", () => SalvagedRecord.Encode(RecordFixtures.Epoch, Run(storage.ExportSubjectPublicKeyInfo(), central.ExportSubjectPublicKeyInfo()).Records[0]));
        Add("rescue-file-1.bin", () =>
        {
            using var file = new MemoryStream();
            RescueFile.Write(file, [Run(storage.ExportSubjectPublicKeyInfo(), central.ExportSubjectPublicKeyInfo())]);
            return file.ToArray();
        });
        Add("entry-record-1.bin", static () => EntryRecord.Encode(ListFixtures.Several()[0]));
        Add("entry-record-exit-1.bin", static () => EntryRecord.Encode(ListFixtures.ExitAlert()));
        Add("removals-1.bin", static () => Removals.Of([new("uto:2", 1_795_718_400_000_000), new("un:6907993", 1_795_632_000_000_000)]).Encode());
        // Formats 1 and 2 of the package are not written any more; their files stay.
        Add("watchlist-package-3.bin", static () => ListFixtures.Package(ListFixtures.Several()));
        Add("watchlist-overlay-3.bin", static () => WatchlistPackageWriter.Write(
            [ListFixtures.Entry("uto:2", "Okonjo, Althea", "1980")], 13, ListFixtures.CompiledAt, "Utopia national list", ListFixtures.DocumentKey,
            new OverlayOf(ListFixtures.Open(VectorFiles.Read("watchlist-package-3.bin")).Value.WeightOf, ["uto:4"])));
        Add("watchlist-names-3.bin", static () => ListFixtures.Package([.. Enumerable.Range(1, 64).Select(static i => ListFixtures.Entry(
            $"uto:{i}", i % 8 == 0 ? $"Måridottir, Lene {Letter(i)}." : i % 2 == 0 ? $"Signe al-Tavik{Letter(i)}" : $"ABDUL RAHMAN, Tarik {Letter(i)}okonjo", "1980"))]));
        Add("document-table-1.bin", DocumentTables.Base);
        Add("document-table-delta-1.bin", DocumentTables.Delta);
        Add("sealed-segment-1.bin", static () => SegmentSeal.Seal(ListFixtures.DocumentKeyTwice, ReleaseFixtures.ReleaseId, 3, "a segment of one chunk"u8));
        Add("release-metadata-1.bin", static () => ReleaseFixtures.Metadata().Encode());
        Add("release-signatures-1.json", Signatures);
        Add("root-metadata-1.bin", Root);
        Add("root-signatures-1.json", static () => JsonSerializer.SerializeToUtf8Bytes(
            (VectorSignature[])[.. ((string[])["root-1", "root-3"]).Select(static name => new VectorSignature(Spki(name), Sign(name, VectorFiles.Read("root-metadata-1.bin"))))], Json));

        Add("people-content-1.bin", People);
        Add("command-statement-1.bin", static () => new CommandStatement(
            new Guid("0c0a0000-0001-4000-8000-000000000001"), "uto-north-1", 7, CommandKind.Wipe, 1_795_459_200_000_000, 2_111_000_000_000_000).Encode());

        // Form 1 of the ticket is not written any more; its file stays, and is refused.
        Add("join-ticket-2.json", Ticket);
        Add("join-ticket-code-1.txt", TicketCode);
        Add("enrolment-request-1.bin", static () => EnrolmentFile.Write(EnrolmentFileKind.Request, "a message as on the wire"u8));
        Add("time-statement-1.bin", static () => new TimeStatement("uto-north-1", 1_795_459_200_000_000, new byte[] { 1, 2, 3, 4 }).Encode());
        Add("time-statement-1.sig", static () => Sign("timestamp", VectorFiles.Read("time-statement-1.bin")));
        Add("entry-delta-1.bin", Delta);
        Add("release-log-entry-1.bin", static () => new ReleaseLogEntry(
            3, SHA256.HashData("line 2"u8), ReleaseKind.Watchlist, ReleaseFixtures.ReleaseId, 12, SHA256.HashData(VectorFiles.Read("release-metadata-1.bin")), 1_795_459_200_000_000).Encode());
        Add("newest-statement-1.bin", static () => new NewestStatement
        {
            IssuedAtUnixMicroseconds = 1_795_459_200_000_000,
            ExpiresAtUnixMicroseconds = 1_795_545_600_000_000,
            Log = new ReleaseLogHead(3, SHA256.HashData(VectorFiles.Read("release-log-entry-1.bin"))),
            Releases =
            [
                new NewestRelease(ReleaseKind.Watchlist, 12, SHA256.HashData(VectorFiles.Read("release-metadata-1.bin"))),
                new NewestRelease(ReleaseKind.Suppression, 4, SHA256.HashData("a suppression"u8)),
            ],
        }.Encode());
        Add("newest-statement-1.sig", static () => Sign("timestamp", VectorFiles.Read("newest-statement-1.bin")));
        Add("bundle-head-1.bin", static () => BundleHead.Write("an index as on the wire"u8, Sign("timestamp", "an index as on the wire"u8.ToArray())));
    }

    /// <summary>From list 12: one goes, one changes, one comes.</summary>
    private static byte[] Delta()
    {
        var after = ListFixtures.Several().Where(static entry => entry.EntryId != "uto:2")
            .Select(static entry => entry.EntryId == "uto:3" ? ListFixtures.Entry("uto:3", "Maridottir, Signe Changed", "1970") : entry)
            .Append(ListFixtures.Entry("uto:9", "Quillfeather, Obadiah", "1966-01-02", "UTO", 'M', "UT0815"));
        return EntryDelta.Between(ListFixtures.Open(ListFixtures.Several()), after.ToDictionary(static entry => entry.EntryId, EntryRecord.Encode)).Encode(ZstdFrames.Pack);
    }

    /// <summary>One officer with a passphrase and one technician with PIN and badge, of appliance uto-north-1.</summary>
    private static byte[] People()
    {
        byte[] device = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)], person = [.. Enumerable.Range(101, 32).Select(static i => (byte)i)];
        using var secret = new PostSecret(device, person, "uto-north-1");
        using var journal = secret.JournalKey();
        var officer = PostAccount.Create(
            "OFF-17", "A. Marlow", PostRole.Officer, SignInMethod.Passphrase, new DateOnly(2027, 6, 30), "quiet harbour lantern", "");
        return new PeopleContent
        {
            ApplianceId = "uto-north-1",
            Version = 5,
            IssuedAtUnixMicroseconds = 1_795_459_200_000_000,
            DeviceHalf = device,
            JournalPublicKeySpki = journal.PublicKeySpki,
            Accounts =
            [
                officer with { Grant = KeyWrap.Wrap(officer.PublicKeySpki.Span, person, PostSecret.HalfContext("uto-north-1")) },
                PostAccount.Create("TEC-05", "C. Vance", PostRole.Technician, SignInMethod.PinAndBadge, null, "4071", VectorTests.Badge),
            ],
        }.Encode();
    }

    private static char Letter(int i) => (char)('A' + (i % 26));

    private static void Add(string name, Func<byte[]> make)
    {
        if (File.Exists(VectorFiles.PathOf(name)))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(VectorFiles.PathOf(name))!);
        using var file = new FileStream(VectorFiles.PathOf(name), FileMode.CreateNew, FileAccess.Write);
        file.Write(make());
        if (name.EndsWith(".json", StringComparison.Ordinal))
            file.WriteByte((byte)'\n');
    }

    private static byte[] Batch(byte[] storageSpki, byte[] centralSpki)
    {
        var previous = RecordChain.Genesis(RecordFixtures.ApplianceId, RecordFixtures.Epoch, Lane.Encounters);
        var chain = previous;
        var records = new List<VectorRecord>();
        for (ulong sequence = 1; sequence <= 3; sequence++)
        {
            // The third record has no personal part.
            var header = RecordFixtures.Header(sequence, sequence == 3 ? SealAlgorithm.None : SealAlgorithm.Aes256Gcm);
            var record = SealedRecord.Create(header, sequence == 3 ? [] : RecordFixtures.Personal().Encode(), storageSpki, centralSpki, chain);
            chain = record.Chain.ToArray();
            records.Add(new VectorRecord(
                record.Header.ToArray(), record.Ciphertext.ToArray(), record.WrappedForAppliance.ToArray(), record.WrappedForCentral.ToArray(), chain));
        }

        var statement = new BatchStatement(RecordFixtures.ApplianceId, RecordFixtures.Epoch, Lane.Encounters, 1, 3, previous, chain).Encode();
        using var key = VectorFiles.SigningKey("appliance-signing");
        return JsonSerializer.SerializeToUtf8Bytes(
            new VectorBatch(statement, Sign("appliance-signing", statement), key.ExportSubjectPublicKeyInfo(), previous, chain, [.. records]), Json);
    }

    /// <summary>Two records of uto-north-1, signed.</summary>
    private static RescuedRun Run(byte[] storageSpki, byte[] centralSpki)
    {
        var previous = RecordChain.Genesis(RecordFixtures.ApplianceId, RecordFixtures.Epoch, Lane.Encounters);
        var first = SealedRecord.Create(RecordFixtures.Header(1), RecordFixtures.Personal().Encode(), storageSpki, centralSpki, previous);
        var second = SealedRecord.Create(RecordFixtures.Header(2), RecordFixtures.Personal().Encode(), storageSpki, centralSpki, first.Chain.Span);
        var statement = new BatchStatement(RecordFixtures.ApplianceId, RecordFixtures.Epoch, Lane.Encounters, 1, 2, previous, second.Chain);
        return new RescuedRun(statement, [first, second], Sign("appliance-signing", statement.Encode()), KeyId.Of(Spki("appliance-signing")).ToBytes());
    }

    private static byte[] Signatures() => JsonSerializer.SerializeToUtf8Bytes(
        (VectorSignature[])[.. ((string[])["authority", "operator"]).Select(static name => new VectorSignature(Spki(name), Sign(name, VectorFiles.Read("release-metadata-1.bin"))))], Json);

    private static byte[] Ticket() => new JoinTicket
    {
        Form = JoinTicket.CurrentForm,
        TicketId = "ticket-1",
        Secret = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)],
        CentralAddress = "https://central.example:7443",
        Root = SignedMetadata.From(VectorFiles.Read("root-metadata-1.bin"), VectorFiles.RootSignatures()),
        PostName = "North gate, Utopia",
        HardwareSerial = "10000000abcdef01",
        IssuedAt = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero),
        ExpiresAt = new DateTimeOffset(2026, 11, 26, 8, 0, 0, TimeSpan.Zero),
    }.ToJson();

    private static byte[] TicketCode()
    {
        var root = RootMetadata.Parse(VectorFiles.Read("root-metadata-1.bin")).Value;
        var code = new JoinTicketCode(
            "t-0011223344556677", Enumerable.Range(0, 16).Select(static i => (byte)i).ToArray(), root.Pin[..JoinTicketCode.PinLength],
            new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        return System.Text.Encoding.ASCII.GetBytes(code.ToQrText("https://central.example:7443") + "\n");
    }

    private static byte[] Root()
    {
        using var authorityKey = VectorFiles.SigningKey("site-authority");
        var request = new CertificateRequest("CN=Utopia site authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(
            new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 11, 1, 0, 0, 0, TimeSpan.Zero));
        return new RootMetadata
        {
            Version = 1,
            IssuedAtUnixMicroseconds = RootFixtures.Issued,
            ExpiresAtUnixMicroseconds = RootFixtures.Expires,
            SiteName = "Utopia",
            Roles =
            [
                Role(SigningRole.Root, 2, "root-1", "root-2", "root-3"), Role(SigningRole.Watchlist, 2, "authority", "operator"),
                Role(SigningRole.People, 2, "people-1", "people-2"), Role(SigningRole.Policy, 2, "policy-1", "policy-2"),
                Role(SigningRole.Suppress, 2, "suppress-1", "suppress-2"), Role(SigningRole.Timestamp, 1, "timestamp"),
            ],
            CaCertificates = [authority.RawData],
            RecordKeys = [Spki("central-record")],
        }.Encode();
    }

    private static TrustedRole Role(SigningRole role, int threshold, params string[] names) =>
        new(role, threshold, [.. names.Select(static name => new ReadOnlyMemory<byte>(Spki(name)))]);

    private static byte[] Spki(string name)
    {
        using var key = VectorFiles.SigningKey(name);
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] Sign(string name, byte[] message)
    {
        using var key = VectorFiles.SigningKey(name);
        return EdgeCheckpoint.Records.Signatures.Sign(key, message);
    }
}
