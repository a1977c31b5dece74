using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Tests.Rig;

namespace EdgeCheckpoint.Central.Tests.Storage;

public sealed class PostgresAddressTests
{
    [Fact]
    public void Parse_WithEverything_SetsWhatKeepsACommit()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("password");
        File.WriteAllText(file, "orbit-lantern\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var settings = PostgresAddress.Parse("postgres://central@db-1,db-2:5433/site?sslmode=verify-full&sslrootcert=/etc/ca.pem", file, 16);

        Assert.Equal(("db-1:5432,db-2:5433", "site", "central", "orbit-lantern"), (settings.Host, settings.Database, settings.Username, settings.Password));
        Assert.Equal((Npgsql.SslMode.VerifyFull, "/etc/ca.pem", "primary"), (settings.SslMode, settings.RootCertificate, settings.TargetSessionAttributes));
        Assert.Contains("synchronous_commit=on", settings.Options, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://central:secret@db/site", "Storage:PasswordFile")]
    [InlineData("postgres://central@db", "postgres://USER@HOST:5432/DATABASE")]
    [InlineData("mysql://central@db/site", "postgres://USER@HOST:5432/DATABASE")]
    [InlineData("postgres://central@db/site?synchronous_commit=off", "postgres://USER@HOST:5432/DATABASE")]
    public void Parse_WhatIsNone_SaysWhatIs(string address, string words)
    {
        Assert.Contains(words, Assert.Throws<CentralFault>(() => PostgresAddress.Parse(address, "", 16)).Message, StringComparison.Ordinal);
    }
}
