using System.Globalization;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Testing;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>
/// kill -9 of either end at random, while it starts, writes, sends, takes. Some in every test run, thousands at night
/// (CHECKPOINT_KILLS, CHECKPOINT_SEED; EDGE_CHECKPOINT_BINARY takes the native binary, CHECKPOINT_POSTGRES=own puts central on PostgreSQL). What central has
/// is read from a backup, which either engine makes.
/// </summary>
public sealed class KillTests
{
    private const int KillsByDay = 14;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Either_KilledAtRandom_BothEndWithTheSameRecordsOnceAndInOrder()
    {
        var kills = Number("CHECKPOINT_KILLS", KillsByDay);
        var seed = Number("CHECKPOINT_SEED", 20261129);
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed} CHECKPOINT_KILLS={kills}");
        var random = new Random(seed);
        await using var site = await Site.StartAsync(Cancel);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var alerting = AlertAsync(site, ending.Token);

        for (var kill = 0; kill < kills; kill++)
        {
            var isAppliance = random.Next(2) == 0;
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(700)), TimeProvider.System, Cancel);
            if (isAppliance)
                await site.Appliance.KillAsync();
            else
                await site.Central.KillAsync();

            // One start of four is killed as well.
            if (random.Next(4) == 0)
                await KilledWhileItStartsAsync(site, isAppliance, random);
            if (isAppliance)
                await site.Appliance.StartAsync(Cancel);
            else
                await site.Central.StartAsync(Cancel);
            if (kill % 7 == 3)
                await TravellersAsync(site, kill);
        }

        await ending.CancelAsync();
        await alerting;
        // A start or a stop may write once more behind the last look, such as what the reader says: that is sent after the next start.
        for (var round = 0; ; round++)
        {
            await Until.TrueAsync(
                "the appliance having nothing left to send",
                async token => (await site.Appliance.HealthAsync(token)).GetProperty("all_sent").GetBoolean(),
                TimeSpan.FromSeconds(120),
                Cancel);
            await site.Appliance.StopAsync(Cancel);
            if (CountUnsent(site) == 0)
                break;
            Assert.True(round < 5, "the appliance writes at every stop");
            await site.Appliance.StartAsync(Cancel);
        }

        await site.Central.KillAsync();

        var written = Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "journal"), "*.db").SelectMany(Records).Order(StringComparer.Ordinal).ToArray();
        var store = site.Folder.Combine("store.db");
        await site.Central.CommandAsync(Cancel, "backup", "--out", store);
        var stored = Records(store).Order(StringComparer.Ordinal).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"{written.Length} records, {kills} kills");
        Assert.Equal(written, stored);
        Assert.True(written.Length > 2 * kills, $"only {written.Length} records were written");
        Assert.Equal(0L, Scalar(store, "SELECT count(*) FROM forks"));
        Assert.Equal(0L, Scalar(
            store,
            "SELECT count(*) FROM (SELECT max(sequence) AS last, count(*) AS rows FROM records GROUP BY appliance_id, epoch, lane) WHERE last <> rows"));
    }

    private static async Task KilledWhileItStartsAsync(Site site, bool isAppliance, Random random)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        cut.CancelAfter(TimeSpan.FromMilliseconds(random.Next(1, 1_500)));
        try
        {
            await (isAppliance ? site.Appliance.StartAsync(cut.Token) : site.Central.StartAsync(cut.Token));
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            // Still starting; that is when it is killed.
        }

        await (isAppliance ? site.Appliance.KillAsync() : site.Central.KillAsync());
    }

    /// <summary>Mains that come and go again and again: alerts that need nobody who has signed in, and stop nobody's work.</summary>
    private static async Task AlertAsync(Site site, CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                site.Appliance.Set(ContactRole.PowerLost, i % 2 == 0 ? ContactLevel.Open : ContactLevel.Closed);
                await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has enough.
        }
    }

    private static async Task TravellersAsync(Site site, int round)
    {
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
        for (var i = 0; i < 2; i++)
        {
            var number = string.Create(CultureInfo.InvariantCulture, $"K{((round * 2) + i) % 10_000_000:0000000}");
            var encounter = await site.Appliance.ScanAsync(Site.Passport("HALVORSEN", "NILS", number, 1966, 1, 30), Cancel);
            await site.Appliance.DecideAsync(encounter, OutcomeCodes.Admitted, 0, Cancel);
        }
    }

    /// <summary>Every record of a database by epoch, lane, sequence and chain value, which covers all that it says.</summary>
    private static List<string> Records(string path)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hex(epoch) || ' ' || lane || ' ' || sequence || ' ' || hex(chain) FROM records";
        using var reader = command.ExecuteReader();
        var records = new List<string>();
        while (reader.Read())
            records.Add(reader.GetString(0));
        return records;
    }

    /// <summary>Records that the appliance itself does not take for durable at central.</summary>
    private static long CountUnsent(Site site) =>
        Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "journal"), "*.db").Sum(static path => Scalar(
            path, "SELECT count(*) FROM records r JOIN lane_state s ON s.epoch = r.epoch AND s.lane = r.lane WHERE r.sequence > s.durable_through"));

    private static long Scalar(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;
}
