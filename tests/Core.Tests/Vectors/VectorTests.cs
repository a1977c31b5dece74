using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Core.Tests.Records;
using EdgeCheckpoint.Core.Tests.Releases;
using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Core.Tests.Vectors;

/// <summary>
/// Reads what past versions wrote. The expected values are literals on purpose: a change of the code that writes must not
/// carry the expectation along.
/// </summary>
public sealed class VectorTests
{
    /// <summary>The badge of an invented technician.</summary>
    internal const string Badge = "EB:000G405-R40M300-E20918W-5GR38E1";

    [Fact]
    public void Files_AllOfThem_AreStillTheBytesThatWereCommitted()
    {
        var sums = File.ReadAllLines(VectorFiles.PathOf("SHA256SUMS")).Select(static line => (Sum: line[..64], Name: line[66..])).ToArray();

        Assert.All(sums, static file => Assert.Equal(file.Sum, Convert.ToHexStringLower(SHA256.HashData(VectorFiles.Read(file.Name)))));
        Assert.Equal(
            Directory.EnumerateFiles(VectorFiles.Folder, "*", SearchOption.AllDirectories)
                .Select(static path => Path.GetRelativePath(VectorFiles.Folder, path))
                .Where(static name => name is not ("README.md" or "SHA256SUMS"))
                .Order(StringComparer.Ordinal),
            sums.Select(static file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RecordHeaderBackEntry1_Parse_GivesTheStatedTimeBesideTheTimeOfEntry()
    {
        var header = RecordHeader.Parse(VectorFiles.Read("record-header-back-entry-1.bin")).Value;

        Assert.Equal((1_795_459_200_000_000, 1_795_437_600_000_000), (header.WallUnixMicroseconds, header.CrossedUnixMicroseconds));
        Assert.Equal(RecordFlags.ManualEntry | RecordFlags.BackEntered, header.Flags);
    }

    [Fact]
    public void RecordHeaderSalvaged1_Parse_TellsWhatItCarries()
    {
        var header = RecordHeader.Parse(VectorFiles.Read("record-header-salvaged-1.bin")).Value;

        Assert.Equal((RecordKind.Salvaged, RecordKind.EncounterDecision, 1_795_437_600_000_000), (header.Kind, header.EffectiveKind, header.HappenedUnixMicroseconds));
        Assert.Equal([202], header.OutcomeCodes.AsEnumerable());
    }

    [Fact]
    public void SalvagedRecord1_Decode_OpensForCentral()
    {
        var record = SalvagedRecord.Decode(VectorFiles.Read("salvaged-record-1.bin")).Value;

        Assert.Equal(1UL, RecordHeader.Parse(record.Header).Value.Sequence);
        using var central = new MemoryKeyAgreement(VectorFiles.AgreementKey("central-record"));
        Assert.True(SealedRecord.Open(central, record.WrappedForCentral.Span, record.Header, record.Ciphertext.Span).TryGet(out var personal, out _));
        Assert.Equal("BRANDVOLD", PersonalPart.Decode(personal).Value.Surname);
    }

    [Fact]
    public void RescueFile1_Read_VerifiesWithTheAppliancesKey()
    {
        using var file = new MemoryStream(VectorFiles.Read("rescue-file-1.bin"));
        using var key = VectorFiles.SigningKey("appliance-signing");

        var run = Assert.Single(RescueFile.Read(file)).Value;

        Assert.Equal(2, RecordBatch.Verify(
            run.Statement, run.Records, SignatureAlgorithm.EcdsaP256Sha256, run.Signature.Span, key.ExportSubjectPublicKeyInfo()).Value.Length);
    }

    [Fact]
    public void RecordHeader1_Parse_GivesEveryField()
    {
        var bytes = VectorFiles.Read("record-header-1.bin");

        var header = RecordHeader.Parse(bytes).Value;

        Assert.Equal(new Guid("00000029-0002-0003-0405-060708090a0b"), header.RecordId);
        Assert.Equal("uto-north-1", header.ApplianceId);
        Assert.Equal(new Guid("0d9cf1f8-7a4f-4b37-9d68-2c7a7c9a1e01"), header.Epoch);
        Assert.Equal((Lane.Encounters, 41UL, RecordKind.EncounterVerdict), (header.Lane, header.Sequence, header.Kind));
        Assert.Equal(("officer-17", ""), (header.ActorId, header.SecondActorId));
        Assert.Equal((1_795_459_200_000_000, 5_000_000), (header.WallUnixMicroseconds, header.MonotonicMicroseconds));
        Assert.Equal(new Guid("6f6f6d1e-32a4-4f0f-8a58-8b8e2d2b7a02"), header.BootId);
        Assert.Equal(ClockQuality.Held, header.ClockQuality);
        Assert.Equal(new Guid("5d1f4b4e-95a7-4d6b-8d6b-0f7f4c8f3b03"), header.EncounterId);
        Assert.Null(header.RelatedRecordId);
        Assert.Equal([101, 114, 400], header.OutcomeCodes.Select(static code => (int)code));
        Assert.Equal(("UTO", 'F', AgeBand.From30To44), (header.Nationality, header.Sex, header.AgeBand));
        Assert.Equal((12UL, 3600L), (header.ListVersion, header.ListAgeSeconds));
        Assert.Equal((RecordFlags.StaleList, SealAlgorithm.Aes256Gcm), (header.Flags, header.PersonalAlgorithm));
        Assert.Equal("rules-2026-11", header.RulesVersion);
        Assert.Equal(bytes, header.Encode());
    }

    [Fact]
    public void PeopleContent1_Parse_GivesTheAccountsAndTheirSecretsOpen()
    {
        var bytes = VectorFiles.Read("people-content-1.bin");

        var people = PeopleContent.Parse(bytes, "uto-north-1").Value;

        Assert.Equal((5UL, 1_795_459_200_000_000), (people.Version, people.IssuedAtUnixMicroseconds));
        var officer = people.Find("OFF-17")!;
        Assert.Equal(("A. Marlow", PostRole.Officer, new DateOnly(2027, 6, 30)), (officer.Name, officer.Role, officer.ExpiresOn!.Value));
        using var pair = officer.Open("quiet harbour lantern", "")!;
        var half = KeyWrap.Unwrap(pair, officer.Grant.Span, PostSecret.HalfContext("uto-north-1")).Value;
        Assert.Equal(101, half[0]);
        using var secret = new PostSecret(people.DeviceHalf.Span, half, "uto-north-1");
        using var journal = secret.JournalKey();
        Assert.Equal(people.JournalPublicKeySpki.ToArray(), journal.PublicKeySpki.ToArray());
        var technician = people.Find("TEC-05")!;
        Assert.Equal((PostRole.Technician, SignInMethod.PinAndBadge, 600_000), (technician.Role, technician.Method, technician.Stretching.Iterations));
        using var opened = technician.Open("4071", Badge);
        Assert.NotNull(opened);
        Assert.Equal(bytes, people.Encode());
    }

    [Fact]
    public void CommandStatement1_Verify_GivesEveryField()
    {
        var bytes = VectorFiles.Read("command-statement-1.bin");
        using var site = new RootFixtures();

        var command = CommandStatement.Verify(
            bytes, [.. site.Keys(SigningRole.Policy).Select(key => RootFixtures.Sign(key, bytes))], site.Root().Trust, "uto-north-1").Value;

        Assert.Equal((7UL, CommandKind.Wipe), (command.Number, command.Kind));
        Assert.Equal((1_795_459_200_000_000, 2_111_000_000_000_000), (command.IssuedAtUnixMicroseconds, command.ExpiresAtUnixMicroseconds));
        Assert.Equal(bytes, command.Encode());
    }

    [Fact]
    public void PersonalPart1_Decode_GivesEveryField()
    {
        var bytes = VectorFiles.Read("personal-part-1.bin");

        var part = PersonalPart.Decode(bytes).Value;

        AssertIsaura(part);
        Assert.Equal(bytes, part.Encode());
    }

    [Fact]
    public void WrappedKey1_Unwrap_GivesTheKey()
    {
        using var recipient = new MemoryKeyAgreement(VectorFiles.AgreementKey("appliance-storage"));

        var key = KeyWrap.Unwrap(recipient, VectorFiles.Read("wrapped-key-1.bin"), "vector"u8).Value;

        Assert.Equal("0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20", Convert.ToHexString(key));
    }

    [Fact]
    public void RecordBatch1_VerifyAndOpen_GivesTheRecords()
    {
        var batch = VectorBatch.Read("record-batch-1.json");
        var statement = new BatchStatement(
            "uto-north-1", new Guid("0d9cf1f8-7a4f-4b37-9d68-2c7a7c9a1e01"), Lane.Encounters, 1, 3, batch.PreviousChain, batch.LastChain);
        SealedRecord[] records = [.. batch.Records.Select(static record => record.ToRecord())];

        Assert.Equal(batch.Statement, statement.Encode());
        Assert.Equal(batch.PreviousChain, RecordChain.Genesis(statement.ApplianceId, statement.Epoch, statement.Lane));
        var headers = RecordBatch.Verify(
            statement, records, SignatureAlgorithm.EcdsaP256Sha256, batch.Signature, batch.SigningKeySpki).Value;
        Assert.Equal([1UL, 2UL, 3UL], headers.Select(static header => header.Sequence));
        using var appliance = new MemoryKeyAgreement(VectorFiles.AgreementKey("appliance-storage"));
        using var central = new MemoryKeyAgreement(VectorFiles.AgreementKey("central-record"));
        foreach (var record in records.Take(2))
        {
            AssertIsaura(Open(appliance, record.WrappedForAppliance, record));
            AssertIsaura(Open(central, record.WrappedForCentral, record));
        }

        Assert.True(records[2].Ciphertext.IsEmpty);
    }

    [Fact]
    public void ReleaseMetadata1_Verify_IsSignedByTwo()
    {
        var bytes = VectorFiles.Read("release-metadata-1.bin");
        var signatures = System.Text.Json.JsonSerializer.Deserialize<VectorSignature[]>(VectorFiles.Read("release-signatures-1.json"))!;
        var trust = new ReleaseTrust(
            [new TrustedRole(SigningRole.Watchlist, 2, [.. signatures.Select(static signature => new ReadOnlyMemory<byte>(signature.PublicKeySpki))])]);

        var metadata = trust.Verify(
            bytes,
            [.. signatures.Select(static signature => new ReleaseSignature(
                KeyId.Of(signature.PublicKeySpki), SignatureAlgorithm.EcdsaP256Sha256, signature.Signature))],
            ReleaseKind.Watchlist,
            11,
            1_795_999_999_999_999).Value;

        Assert.Equal((new Guid("9d6b1c1e-6c8e-4a53-8c5e-1c7a5a1f2b04"), 12UL), (metadata.ReleaseId, metadata.Version));
        Assert.Equal((1_795_400_000_000_000, 1_796_000_000_000_000), (metadata.IssuedAtUnixMicroseconds, metadata.ExpiresAtUnixMicroseconds));
        Assert.Equal(SHA256.HashData("root"u8), metadata.StateRoot.ToArray());
        var segment = Assert.Single(metadata.Segments);
        Assert.Equal(("base", 100L, 116L), (segment.Name, segment.PlainLength, segment.SealedLength));
        Assert.Equal(SHA256.HashData("sealed"u8), segment.SealedSha256.ToArray());
        Assert.Equal(bytes, metadata.Encode());
    }

    [Fact]
    public void SealedSegment1_Open_GivesThePlainBytes()
    {
        var key = Convert.FromHexString("000102030405060708090A0B0C0D0E0F000102030405060708090A0B0C0D0E0F");
        var plain = new byte[22];

        var chunks = SegmentSeal.Open(key, new Guid("9d6b1c1e-6c8e-4a53-8c5e-1c7a5a1f2b04"), 3, VectorFiles.Read("sealed-segment-1.bin"), plain);

        Assert.Equal(1, chunks.Value);
        Assert.Equal("a segment of one chunk", Encoding.ASCII.GetString(plain));
        // The nonce is counted, not drawn, so sealing gives the same bytes again.
        Assert.Equal(VectorFiles.Read("sealed-segment-1.bin"), SegmentSeal.Seal(key, new Guid("9d6b1c1e-6c8e-4a53-8c5e-1c7a5a1f2b04"), 3, plain));
    }

    [Fact]
    public void EntryRecord1_Decode_GivesEveryField()
    {
        var bytes = VectorFiles.Read("entry-record-1.bin");

        var entry = EntryRecord.Decode(bytes).Value;

        AssertFirstEntry(entry);
        Assert.Equal(bytes, EntryRecord.Encode(entry));
    }

    [Fact]
    public void EntryRecordExit1_Decode_GivesWhatOnlyAnExitAlertSays()
    {
        var bytes = VectorFiles.Read("entry-record-exit-1.bin");

        var entry = EntryRecord.Decode(bytes).Value;

        Assert.Equal("uto:5", entry.EntryId);
        Assert.Equal(CrossingDirection.Exit, entry.Direction);
        Assert.Equal("Utopia District Court 3 K 14/26", entry.CourtReference);
        Assert.Equal("Head of shift, North Gate", entry.Supervisor);
        Assert.Equal((new DateOnly(2027, 3, 1), new DateOnly(2028, 1, 1)), (entry.ReviewOn!.Value, entry.ExpiresOn));
        Assert.Equal("redress 9", Assert.Single(entry.Cleared).Reference);
        Assert.Equal(bytes, EntryRecord.Encode(entry));
    }

    [Fact]
    public void Removals1_Parse_GivesIdentifiersInOrderAndWhenTheyLapse()
    {
        var bytes = VectorFiles.Read("removals-1.bin");

        var removals = Removals.Parse(bytes).Value;

        Assert.Equal([new Removal("un:6907993", 1_795_632_000_000_000), new Removal("uto:2", 1_795_718_400_000_000)], removals.Items);
        Assert.Equal(bytes, removals.Encode());
    }

    [Fact]
    public void WatchlistPackage1_Open_GivesEntriesAndScreens()
    {
        var package = WatchlistPackage.Open(new MemorySectionSource(VectorFiles.Read("watchlist-package-1.bin"))).Value;

        Assert.Equal((12UL, 1_795_400_000_000_000, "Utopia national list"),
            (package.Info.Version, package.Info.CompiledAtUnixMicroseconds, package.Info.Title));
        Assert.Equal((4, 6), (package.EntryCount, package.NameCount));
        Assert.Equal("000102030405060708090A0B0C0D0E0F", Convert.ToHexString(package.Info.DocumentKey.Span));
        Assert.Equal(["uto:1", "uto:2", "uto:3", "uto:4"], Enumerable.Range(0, 4).Select(package.EntryId).Order());
        var first = Assert.Single(package.EntriesWithDocument(DocumentNumber.Parse("UT4471X02")));
        AssertFirstEntry(package.Entry(first));
        var result = new WatchlistMatcher(package, MatchThresholds.Current).Screen(
            new MatchQuery { Surname = "BRANDVOLD", GivenNames = "ISAURA LENE", BirthDate = PartialDate.From(new DateOnly(1991, 3, 7)) },
            new DateOnly(2026, 11, 23),
            isClockDoubtful: false);
        Assert.Equal("uto:1", Assert.Single(result.Hits).Entry.EntryId);
    }

    /// <summary>Format 2 is read and compiled anew, with weights that a base of the same names has; format 3 is opened as it is.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void WatchlistPackage2And3_WithItsOverlay_GivesEntriesWeightsAndScreens(int format)
    {
        var package = WatchlistPackage.Open(new MemorySectionSource(VectorFiles.Read($"watchlist-package-{format}.bin"))).Value;
        var overlay = WatchlistPackage.Open(new MemorySectionSource(VectorFiles.Read($"watchlist-overlay-{format}.bin"))).Value;

        // Folded by the rules of version 2, so that it is indexed anew.
        Assert.Equal((12UL, 1_795_400_000_000_000, "Utopia national list", NameFolding.Version),
            (package.Info.Version, package.Info.CompiledAtUnixMicroseconds, package.Info.Title, package.Info.FoldingVersion));
        Assert.Equal((4, 6), (package.EntryCount, package.NameCount));
        Assert.Equal("C7F1799FB157AB9C64FFCB27A350A54B27877C40416E0609C9320655C5C978A2", Convert.ToHexString(package.Info.StateRoot.Span));
        Assert.Equal("000102030405060708090A0B0C0D0E0F", Convert.ToHexString(package.Info.DocumentKey.Span));
        // By birth year: none or several first.
        Assert.Equal(["uto:3", "uto:4", "uto:2", "uto:1"], Enumerable.Range(0, 4).Select(package.EntryId));
        AssertFirstEntry(package.Entry(Assert.Single(package.EntriesWithDocument(DocumentNumber.Parse("UT4471X02")))));
        Assert.Equal(((byte?)176, (byte?)255, null), (package.WeightOf("LENE"), package.WeightOf("OKONJO"), package.WeightOf("ALTHEA")));
        Assert.Empty(package.RemovedEntryIds);
        Assert.Equal((13UL, 1), (overlay.Info.Version, overlay.EntryCount));
        Assert.Equal(["uto:4"], overlay.RemovedEntryIds);
        var matcher = new WatchlistMatcher(WatchlistRuns.Of(package, [overlay]), MatchThresholds.Current);
        Assert.Equal("uto:1", Hit("BRANDVOLD", "ISAURA LENE", "1991-03-07"));
        Assert.Equal("uto:2", Hit("OKONJO", "ALTHEA", "1980-05-21"));
        Assert.Null(Hit("QUILLFEATHER", "OBADIAH", "1966-01-02"));
        Assert.Null(Hit("HALVARD OKONJO", "TARIK", "1980-05-21"));

        string? Hit(string surname, string given, string birth) => matcher.Screen(
            new MatchQuery { Surname = surname, GivenNames = given, BirthDate = ListFixtures.Date(birth) }, new DateOnly(2026, 11, 23), false)
            .Hits.SingleOrDefault()?.Entry.EntryId;
    }

    [Fact]
    public void WatchlistNames3_Open_GivesNamesWrittenByPatterns()
    {
        var package = WatchlistPackage.Open(new MemorySectionSource(VectorFiles.Read("watchlist-names-3.bin"))).Value;

        Assert.Equal((64, "A3F534"), (package.EntryCount, Convert.ToHexString(package.Info.StateRoot.Span[..3])));
        var names = Enumerable.Range(0, 64).ToDictionary(package.EntryId, entry => package.Entry(entry).DisplayName);
        Assert.Equal("ABDUL RAHMAN, Tarik Bokonjo", names["uto:1"]);
        Assert.Equal("Signe al-TavikC", names["uto:2"]);
        Assert.Equal("Måridottir, Lene I.", names["uto:8"]);
        Assert.Equal("ABDUL RAHMAN, Tarik Lokonjo", names["uto:63"]);
        Assert.Equal("Måridottir, Lene M.", names["uto:64"]);
    }

    [Fact]
    public void DocumentTable1_WithItsDelta_GivesEveryRow()
    {
        byte[] listKey = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];
        var first = DocumentTable.Open(new MemorySectionSource(VectorFiles.Read("document-table-1.bin")), listKey).Value;
        var delta = DocumentTable.Open(new MemorySectionSource(VectorFiles.Read("document-table-delta-1.bin")), listKey).Value;

        Assert.Equal((12UL, 0UL, 4L), (first.Version, first.Follows, first.RowCount));
        Assert.Equal((13UL, 12UL, 3L), (delta.Version, delta.Follows, delta.RowCount));
        Assert.Null(first.CheckRows());
        Assert.Null(delta.CheckRows());
        var before = ListedDocuments.Of([first]).Value;
        var after = ListedDocuments.Of([first, delta]).Value;
        var passport = DocumentNumber.Parse("UT4471X02");
        Assert.Equal([new DocumentHit(1, 0, true, true)], before.Search("UTO", DocumentClass.Passport, passport).Hits.Select(static hit => hit with { Key = default }));
        Assert.Empty(after.Search("UTO", DocumentClass.Passport, passport).Hits);
        Assert.Equal([new DocumentHit(2, 0, true, true)], after.Search("UTO", DocumentClass.Passport, DocumentNumber.Parse("UT0815")).Hits.Select(static hit => hit with { Key = default }));
        Assert.Equal([new DocumentHit(2, 1, true, true)], after.Search("UTO", DocumentClass.Passport, DocumentNumber.Parse("UTO815")).Hits.Select(static hit => hit with { Key = default }));
        Assert.Equal([new DocumentHit(30, 0, true, false)], after.Search("UTO", DocumentClass.Card, DocumentNumber.Parse("ZE123")).Hits.Select(static hit => hit with { Key = default }));
        Assert.Equal([new DocumentHit(4, 0, false, false)], after.Search("UTO", DocumentClass.Visa, DocumentNumber.Parse("Q7781")).Hits.Select(static hit => hit with { Key = default }));
        Assert.Equal([new DocumentHit(5, 0, true, true)], after.Search("UTO", DocumentClass.Passport, DocumentNumber.Parse("UT9999")).Hits.Select(static hit => hit with { Key = default }));
    }

    [Fact]
    public void JoinTicket1_TryParse_IsRefusedWithTheRemedy()
    {
        Assert.False(JoinTicket.TryParse(VectorFiles.Read("join-ticket-1.json"), out _, out var problem));

        Assert.Equal(
            "form 1 is no longer taken, since it carries no root metadata; issue a new ticket with: central-checkpoint appliances ticket", problem);
    }

    [Fact]
    public void JoinTicket2_TryParse_GivesEveryField()
    {
        Assert.True(JoinTicket.TryParse(VectorFiles.Read("join-ticket-2.json"), out var ticket, out _));

        Assert.Equal((2, "ticket-1", "https://central.example:7443"), (ticket.Form, ticket.TicketId, ticket.CentralAddress));
        Assert.Equal("000102030405060708090A0B0C0D0E0F", Convert.ToHexString(ticket.Secret));
        Assert.Equal(("North gate, Utopia", "10000000abcdef01"), (ticket.PostName, ticket.HardwareSerial));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), ticket.IssuedAt);
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 8, 0, 0, TimeSpan.Zero), ticket.ExpiresAt);
        Assert.Equal(VectorFiles.Read("root-metadata-1.bin"), ticket.RootMetadata.Bytes.ToArray());
    }

    [Fact]
    public void JoinTicketCode1_Read_GivesEveryField()
    {
        var (code, address) = JoinTicketCode.Read(System.Text.Encoding.ASCII.GetString(VectorFiles.Read("join-ticket-code-1.txt"))).Value;

        Assert.Equal(("t-0011223344556677", "https://central.example:7443"), (code.TicketId, address));
        Assert.Equal("000102030405060708090A0B0C0D0E0F", Convert.ToHexString(code.Secret.Span));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), code.IssuedAt);
        Assert.True(code.Fits(RootMetadata.Parse(VectorFiles.Read("root-metadata-1.bin")).Value));
    }

    [Fact]
    public void EnrolmentRequest1_Read_GivesTheMessage() =>
        Assert.Equal("a message as on the wire"u8, EnrolmentFile.Read(EnrolmentFileKind.Request, VectorFiles.Read("enrolment-request-1.bin")).Value);

    [Fact]
    public void RootMetadata1_VerifyFirst_GivesEveryField()
    {
        var root = RootChain.VerifyFirst(
            SignedMetadata.From(VectorFiles.Read("root-metadata-1.bin"), VectorFiles.RootSignatures())).Value;

        Assert.Equal((1UL, "Utopia", 1_795_400_000_000_000, 1_826_936_000_000_000), (root.Version, root.SiteName, root.IssuedAtUnixMicroseconds, root.ExpiresAtUnixMicroseconds));
        Assert.Equal(
            [("Root", 2, 3), ("Watchlist", 2, 2), ("People", 2, 2), ("Policy", 2, 2), ("Suppress", 2, 2), ("Timestamp", 1, 1)],
            root.Roles.Select(static role => (role.Role.ToString(), role.Threshold, role.PublicKeys.Length)));
        using var operators = VectorFiles.SigningKey("operator");
        Assert.Equal(SigningRole.Watchlist, root.RoleOf(KeyId.Of(operators.ExportSubjectPublicKeyInfo())));
        using var timestamp = VectorFiles.SigningKey("timestamp");
        Assert.Equal(SigningRole.Timestamp, root.RoleOf(KeyId.Of(timestamp.ExportSubjectPublicKeyInfo())));
        using var central = new MemoryKeyAgreement(VectorFiles.AgreementKey("central-record"));
        Assert.Equal(central.PublicKeySpki.ToArray(), Assert.Single(root.RecordKeys).ToArray());
        using var authority = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(Assert.Single(root.CaCertificates).Span);
        Assert.Equal("CN=Utopia site authority", authority.Subject);
        Assert.True(root.Trust.IsSignedTime(new TimeStatement("uto-north-1", 1_795_459_200_000_000, new byte[] { 1, 2, 3, 4 }), VectorFiles.Read("time-statement-1.sig")));
    }

    [Fact]
    public void TimeStatement1_Verify_IsSignedAsWritten()
    {
        var statement = new TimeStatement("uto-north-1", 1_795_459_200_000_000, new byte[] { 1, 2, 3, 4 });
        using var key = VectorFiles.SigningKey("timestamp");

        Assert.Equal(VectorFiles.Read("time-statement-1.bin"), statement.Encode());
        Assert.True(Signatures.Verify(
            SignatureAlgorithm.EcdsaP256Sha256, key.ExportSubjectPublicKeyInfo(), statement.Encode(), VectorFiles.Read("time-statement-1.sig")));
    }

    [Fact]
    public void EntryDelta1_Decode_GivesWhatGoesChangesAndComes()
    {
        var before = ListFixtures.Open(VectorFiles.Read("watchlist-package-3.bin")).Value;

        var delta = EntryDelta.Decode(VectorFiles.Read("entry-delta-1.bin"), ZstdFrames.TryUnpack).Value;

        Assert.Equal((12UL, "C7F1799FB157AB9C64FFCB27A350A54B27877C40416E0609C9320655C5C978A2"), (delta.FromVersion, Convert.ToHexString(delta.FromStateRoot.Span)));
        Assert.Equal(["uto:2"], delta.Removed);
        Assert.Equal(["uto:3", "uto:9"], delta.Put.Select(static put => put.Entry.EntryId));
        Assert.Equal(["Maridottir, Signe Changed", "Quillfeather, Obadiah"], delta.Put.Select(static put => put.Entry.DisplayName));
        Assert.Equal(("UT0815", "1966-01-02"), (Assert.Single(delta.Put[1].Entry.Documents).Number, Assert.Single(delta.Put[1].Entry.BirthDates).ToString()));
        var overlay = ListFixtures.Open(ListOverlay.Write(before, null, delta, 13, 1_795_486_400_000_000)).Value;
        Assert.Equal("55B11BB9439638F26D1CF4BF", Convert.ToHexString(StateRoot.Of(WatchlistRuns.Of(before, [overlay])).AsSpan(0, 12)));
    }

    [Fact]
    public void ReleaseLogEntry1_Parse_GivesEveryField()
    {
        var bytes = VectorFiles.Read("release-log-entry-1.bin");

        var line = ReleaseLogEntry.Parse(bytes).Value;

        Assert.Equal((3UL, ReleaseKind.Watchlist, new Guid("9d6b1c1e-6c8e-4a53-8c5e-1c7a5a1f2b04"), 12UL), (line.Sequence, line.Kind, line.ReleaseId, line.Version));
        Assert.Equal(SHA256.HashData("line 2"u8), line.Previous.ToArray());
        Assert.Equal("CB8D5C0AFCD19827237EEC91102A0776D0AFE461DD17C33AD4CD621108F180DA", Convert.ToHexString(line.MetadataSha256.Span));
        Assert.Equal(1_795_459_200_000_000, line.PublishedAtUnixMicroseconds);
        Assert.Equal(bytes, line.Encode());
        Assert.Equal(3UL, new ReleaseLogHead(2, SHA256.HashData("line 2"u8)).Take(bytes).Value.Size);
    }

    [Fact]
    public void NewestStatement1_Parse_IsSignedAndNamesTwoKinds()
    {
        var bytes = VectorFiles.Read("newest-statement-1.bin");
        var root = RootMetadata.Parse(VectorFiles.Read("root-metadata-1.bin")).Value;

        var statement = NewestStatement.Parse(bytes).Value;

        Assert.True(root.Trust.IsTimestamped(bytes, VectorFiles.Read("newest-statement-1.sig")));
        Assert.Equal((1_795_459_200_000_000, 1_795_545_600_000_000), (statement.IssuedAtUnixMicroseconds, statement.ExpiresAtUnixMicroseconds));
        Assert.Equal(new ReleaseLogHead(3, SHA256.HashData(VectorFiles.Read("release-log-entry-1.bin"))), statement.Log);
        Assert.Equal([(ReleaseKind.Watchlist, 12UL), (ReleaseKind.Suppression, 4UL)], statement.Releases.Select(static release => (release.Kind, release.Version)));
        Assert.True(statement.Names(ReleaseKind.Watchlist, 12, SHA256.HashData(VectorFiles.Read("release-metadata-1.bin"))));
        Assert.Equal(SHA256.HashData("a suppression"u8), statement.Find(ReleaseKind.Suppression)!.MetadataSha256.ToArray());
        Assert.Equal(bytes, statement.Encode());
    }

    [Fact]
    public void BundleHead1_TryRead_GivesIndexAndSignature()
    {
        var bytes = VectorFiles.Read("bundle-head-1.bin");
        var root = RootMetadata.Parse(VectorFiles.Read("root-metadata-1.bin")).Value;

        Assert.True(BundleHead.TryRead(bytes.AsSpan(0, 14), out var length));

        Assert.Equal(23U, length);
        Assert.Equal("ECBUNDLE1\n", Encoding.ASCII.GetString(bytes, 0, 10));
        Assert.Equal("an index as on the wire", Encoding.ASCII.GetString(bytes, 14, 23));
        var signatureLength = bytes[37] | (bytes[38] << 8);
        Assert.Equal(bytes.Length, 39 + signatureLength);
        Assert.True(root.Trust.IsTimestamped(bytes.AsSpan(14, 23), bytes.AsSpan(39)));
    }

    private static PersonalPart Open(MemoryKeyAgreement recipient, ReadOnlyMemory<byte> wrapped, SealedRecord record) =>
        PersonalPart.Decode(SealedRecord.Open(recipient, wrapped.Span, record.Header, record.Ciphertext.Span).Value).Value;

    private static void AssertIsaura(PersonalPart part)
    {
        Assert.Equal("P<UTOBRANDVOLD<<ISAURA<LENE<<<<<<<<<<<<<<<<<", part.MrzText);
        Assert.Equal(("P", "UTO", "UT4471X02"), (part.DocumentCode, part.IssuingState, part.DocumentNumber));
        Assert.Equal(("BRANDVOLD", "ISAURA LENE", "UTO"), (part.Surname, part.GivenNames, part.Nationality));
        Assert.Equal(("1991-03-07", "2031-06-30", "F"), (part.BirthDate, part.ExpiryDate, part.Sex));
        Assert.Equal(("Possible match: verify identity.", "showed a second card"), (part.Reasons, part.Note));
        Assert.Equal(
            new PersonalCandidate(
                "uto:1", "alert", "0.93", "Brandwold, Isaura", "Utopia national list", "Inquire", "one letter differs", "date of birth"),
            Assert.Single(part.Candidates));
    }

    private static void AssertFirstEntry(WatchlistEntry entry)
    {
        Assert.Equal(("uto:1", "Utopia national list", "U-1"), (entry.EntryId, entry.ListName, entry.Reference));
        Assert.Equal(("Utopia Border Agency", "Utopian Aliens Act, section 4", "invented for tests"), (entry.Owner, entry.LegalBasis, entry.Purpose));
        Assert.Equal((RequestedAction.Inquire, EvidenceGrade.Documented), (entry.Action, entry.Evidence));
        Assert.Equal((new DateOnly(2030, 1, 1), 'F', "duty desk"), (entry.ExpiresOn, entry.Sex, entry.Contact));
        Assert.Equal(
            [
                new ListedName("Brandvold, Isaura Lene", NameQuality.Primary),
                new ListedName("Isaura Brandwold", NameQuality.Good),
                new ListedName("Lene the Ferrywoman", NameQuality.Weak),
            ],
            entry.Names.AsEnumerable());
        Assert.Equal("1991-03-07", Assert.Single(entry.BirthDates).ToString());
        Assert.Equal(["UTO"], entry.Nationalities.AsEnumerable());
        Assert.Equal(new ListedDocument("Passport", "UT 4471-X02", "UTO"), Assert.Single(entry.Documents));
    }
}
