using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;

namespace EdgeCheckpoint.Central.Tests.Storage;

public sealed class SqliteCentralStoreTests : CentralStoreSuite
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private SqlCentralStore? _store;

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Open_OlderSchema_IsBroughtUpAndKeepsItsRows()
    {
        var file = _folder.File("old.db");
        await using (var old = SqliteDatabase.Open(file, Now, throughVersion: 1))
        {
            await old.WriteAsync(
                static transaction => transaction.Run(
                    "INSERT INTO tickets (ticket_id, secret_sha256, post_name, hardware_serial, issued_at, expires_at, issued_by) VALUES ('t-1', x'00', 'North', '', 1, 2, 'a')"),
                Token);
        }

        await using var store = new SqlCentralStore(SqliteDatabase.Open(file, Now));

        Assert.Equal("North", (await store.Appliances.FindTicketAsync("t-1", Token))!.PostName);
        Assert.Empty(await store.Staff.ListAsync(Token));
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefusedWithASentence()
    {
        var file = _folder.File("new.db");
        await using (var database = SqliteDatabase.Open(file, Now))
        {
            await database.WriteAsync(
                static transaction => transaction.Run("INSERT INTO schema_version (version, name, applied_at) VALUES (999, 'x', 1)"), Token);
        }

        var fault = Assert.Throws<CentralFault>(() => SqliteDatabase.Open(file, Now));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.Contains("999", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NotADatabase_IsRefusedWithASentence()
    {
        var file = _folder.File("text.db");
        File.WriteAllText(file, new string('x', 5_000));

        Assert.Contains(file, Assert.Throws<CentralFault>(() => SqliteDatabase.Open(file, Now)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WorkThrows_RollsBack()
    {
        await using var database = SqliteDatabase.Open(_folder.File("roll.db"), Now);

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync<int>(
            static transaction =>
            {
                transaction.Run("INSERT INTO schema_version (version, name, applied_at) VALUES (500, 'x', 1)");
                throw new InvalidOperationException("stop");
            },
            Token));

        Assert.Equal((long)Migrations.Sqlite.Newest, await database.ReadAsync(
            static transaction => (long)transaction.Scalar("SELECT max(version) FROM schema_version")!, Token));
    }

    [Fact]
    public async Task Connections_Always_CarryThePragmasThatKeepACommit()
    {
        await using var database = SqliteDatabase.Open(_folder.File("pragmas.db"), Now);

        var values = await database.ReadAsync(
            static transaction => (string[])
            [
                .. new[] { "journal_mode", "synchronous", "foreign_keys", "trusted_schema", "secure_delete", "busy_timeout" }
                    .Select(name => Convert.ToString(transaction.Scalar($"PRAGMA {name}"), System.Globalization.CultureInfo.InvariantCulture)!),
            ],
            Token);

        Assert.Equal(["wal", "2", "1", "0", "1", "5000"], values);
    }

    [Fact]
    public async Task File_Always_IsItsOwnersAlone()
    {
        await using var database = SqliteDatabase.Open(_folder.File("mode.db"), Now);

        Assert.All(
            Directory.GetFiles(_folder.Path, "mode.db*"),
            static file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Writers_OfTwoProcesses_WaitForEachOther()
    {
        var file = _folder.File("two.db");
        await using var first = new SqlCentralStore(SqliteDatabase.Open(file, Now));
        await using var second = new SqlCentralStore(SqliteDatabase.Open(file, Now));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            () => (i % 2 == 0 ? first : second).Audit.AppendAsync(
                new Central.Audit.AuditEvent(Now, "test", "test", $"{i}"), Token),
            Token)));

        Assert.True(Central.Audit.AuditVerification.Follow(Central.Audit.ChainEnd.Genesis, await first.Audit.ReadAfterAsync(0, 100, Token)).IsSuccess);
    }

    private protected override Task<ICentralStore> OpenAsync()
    {
        _store = new SqlCentralStore(SqliteDatabase.Open(_folder.File("central.db"), Now));
        return Task.FromResult<ICentralStore>(_store);
    }
}
