using System.Text;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Edge.Tests.Worker.People;

/// <summary>
/// What whoever has every file of an appliance, the device key among them, can read of a marked traveller and of a marked
/// entry: nothing, without a person's secret. The same steps with the secret succeed, so that the test can fail.
/// </summary>
public sealed class StolenCardTests : IDisposable
{
    private static readonly string[] Marks = ["ZWYNHALVE", "U77700077", "QUORNBRASK"];

    private readonly Bench _bench = new();

    public StolenCardTests()
    {
        var (release, metadata, staged) = _bench.ReleasePeople(_bench.NewAccounts(1, InventedPeople.Officer, InventedPeople.Supervisor));
        var people = _bench.PeopleInstaller.Install(release, metadata, staged).Value;
        _bench.People.Switch(people);
        _bench.Install(1, Bench.Entry("uto:9", "QUORNBRASK ANSELM", "1971-03-04"));
        _bench.Pipeline.Inspect(new DocumentScan
        {
            Lines = [.. Bench.Passport("ZWYNHALVE", "ASTRID", "U77700077", 1988, 4, 17)],
            LastByteTimestamp = 0,
        });
        Assert.Single(_bench.Encounters.State.Open);
        _bench.Restart();
    }

    [Fact]
    public void Files_OfTheAppliance_HaveNoMarkInTheClear()
    {
        foreach (var file in Directory.GetFiles(_bench.Data.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.All(Marks, mark => Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)) < 0, $"{mark} stands in {file}"));
        }
    }

    [Fact]
    public void DeviceKey_Alone_OpensNeitherListNorJournal()
    {
        using var device = _bench.KeyStore.Load();

        Assert.False(OpensList(device, secret: null));
        Assert.False(OpensRecord(device));
    }

    [Fact]
    public void DeviceKey_WithAWrongPersonHalf_OpensNothing()
    {
        using var device = _bench.KeyStore.Load();
        using var guess = new PostSecret(Accounts(device).DeviceHalf.Span, new byte[PostSecret.HalfLength], _bench.Identity.ApplianceId);
        using var journal = guess.JournalKey();

        Assert.False(OpensList(device, guess));
        Assert.False(OpensRecord(journal));
    }

    [Fact]
    public void DeviceKey_WithAPersonsSecret_OpensBoth()
    {
        using var device = _bench.KeyStore.Load();
        using var secret = SecretOf(Accounts(device), "OFF-17", InventedPeople.OfficerSecret, "")!;
        using var journal = secret.JournalKey();

        Assert.True(OpensList(device, secret));
        Assert.True(OpensRecord(journal));
    }

    [Fact]
    public void DeviceKey_WithThePinAndWithoutTheBadge_OpensNothing()
    {
        using var device = _bench.KeyStore.Load();

        Assert.Null(SecretOf(Accounts(device), "SUP-02", InventedPeople.SupervisorPin, ""));
        Assert.Null(SecretOf(Accounts(device), "SUP-02", InventedPeople.SupervisorPin, BadgeCode.Create()));
        using var both = SecretOf(Accounts(device), "SUP-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge);
        Assert.NotNull(both);
    }

    /// <summary>The accounts open with the device key, since nobody has signed in when they are read.</summary>
    private PeopleContent Accounts(IDeviceKey device) =>
        new PeopleInstaller(ReleaseStore.OfPeople(_bench.Data), new ContentKeyFiles(_bench.Data), device, _bench.Identity, _bench.Trust, _bench.Clock)
            .OpenInstalled().Value;

    private static PostSecret? SecretOf(PeopleContent people, string staffNumber, string secret, string badge)
    {
        var account = people.Find(staffNumber)!;
        using var pair = account.Open(secret, badge);
        return pair is null
            ? null
            : new PostSecret(
                people.DeviceHalf.Span,
                KeyWrap.Unwrap(pair, account.Grant.Span, PostSecret.HalfContext(people.ApplianceId)).Value,
                people.ApplianceId);
    }

    private bool OpensList(IDeviceKey device, PostSecret? secret)
    {
        var store = ReleaseStore.OfLists(_bench.Data);
        var metadata = ReleaseMetadata.Parse(store.FindCurrent(out _)!.Release.Metadata).Value;
        var wrapped = new ContentKeyFiles(_bench.Data).Find(metadata.ReleaseId)!.Wrapped;
        var key = KeyWrap.Unwrap(device, wrapped.Span, SegmentSeal.KeyContext(metadata.ReleaseId)).Value;
        secret?.Cover(metadata.ReleaseId, key);
        var plain = new byte[metadata.Segments[0].PlainLength];
        return SegmentSeal.Open(key, metadata.ReleaseId, 0, File.ReadAllBytes(store.FilePath(metadata.Version)), plain).IsSuccess
            && plain.AsSpan().IndexOf("QUORNBRASK"u8) >= 0;
    }

    /// <summary>Tries every sealed part of the journal.</summary>
    private bool OpensRecord(IKeyAgreement key)
    {
        using var connection = new SqliteConnection($"Data Source={_bench.Journal.FilePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT header, ciphertext, wrapped_for_appliance FROM records WHERE length(ciphertext) > 0";
        using var reader = command.ExecuteReader();
        var (seen, opened) = (0, 0);
        while (reader.Read())
        {
            seen++;
            var result = SealedRecord.Open(
                key, reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1));
            opened += result.IsSuccess && result.Value.AsSpan().IndexOf("ZWYNHALVE"u8) >= 0 ? 1 : 0;
        }

        Assert.True(seen > 0);
        return opened > 0;
    }

    public void Dispose() => _bench.Dispose();
}
