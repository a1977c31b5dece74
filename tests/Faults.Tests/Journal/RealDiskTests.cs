using System.Diagnostics;
using System.Globalization;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>The kernel's own faults, beside those of the shim: a small file system that fills up, one that turns read-only, flushes that libfiu fails.</summary>
public sealed class RealDiskTests : IDisposable
{
    private const string ChildFolder = "CHECKPOINT_FIU_FOLDER";
    private const string FaultInjector = "fiu-run";

    private readonly JournalRig _rig = new();

    [Fact]
    public void Append_UntilASmallDiskIsFull_LosesNothingAcknowledgedAndGoesOnWithRoom()
    {
        using var disk = SmallDisk.TryMount();
        Assert.SkipWhen(disk is null, "mounting a small file system takes root");
        _rig.Options.BallastBytes = 256 << 10;
        var data = new DataFolder(disk!.Path);
        var acknowledged = new HashSet<Guid>();
        var random = new Random(7);
        using (var journal = _rig.Open(data))
        {
            journal.Upkeep();
            Assert.True(journal.IsBallastHeld);
            Assert.Throws<SqliteException>(() => AppendForEver(journal, acknowledged, random));
            Assert.False(journal.IsBallastHeld);
            Assert.Contains("paper procedure", journal.Problem, StringComparison.Ordinal);

            Assert.True(SmallDisk.Run("mount", "-o", "remount,size=16m", disk.Path));
            acknowledged.UnionWith(journal.Append(JournalRig.Draft(Lane.Encounters, random)).Select(static header => header.RecordId));
            Assert.Null(journal.Problem);
        }

        Assert.True(acknowledged.Count > 80, $"{acknowledged.Count} records");
        AssertThere(data, acknowledged);
    }

    [Fact]
    public void Append_DiskTurnsReadOnly_SaysSoAndGoesOnWhenItIsWritableAgain()
    {
        using var disk = SmallDisk.TryMount();
        Assert.SkipWhen(disk is null, "mounting a small file system takes root");
        var data = new DataFolder(disk!.Path);
        var random = new Random(8);
        var acknowledged = new HashSet<Guid>();
        using (var journal = _rig.Open(data))
            acknowledged.UnionWith(journal.Append(JournalRig.Draft(Lane.Encounters, random)).Select(static header => header.RecordId));
        Assert.True(SmallDisk.Run("mount", "-o", "remount,ro", disk.Path));
        using (var journal = _rig.Open(data))
        {
            Assert.Throws<SqliteException>(() => journal.Append(JournalRig.Draft(Lane.Encounters, random)));
            Assert.Contains("paper procedure", journal.Problem, StringComparison.Ordinal);
        }

        Assert.True(SmallDisk.Run("mount", "-o", "remount,rw", disk.Path));
        using (var journal = _rig.Open(data))
            acknowledged.UnionWith(journal.Append(JournalRig.Draft(Lane.Encounters, random)).Select(static header => header.RecordId));
        AssertThere(data, acknowledged);
    }

    [Fact]
    public async Task Append_FlushesThatTheKernelFails_LoseNothingAcknowledged()
    {
        if (!SmallDisk.Run("which", FaultInjector))
        {
            const string remedy = "fiu-run is not installed (Debian: fiu-utils)";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", remedy);
            Assert.Fail(remedy);
        }

        var data = _rig.NewFolder();
        var start = new ProcessStartInfo(FaultInjector) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-x", "-c", "enable_random name=posix/io/sync/fsync,probability=0.05,failinfo=5", "-c", "enable_random name=posix/io/sync/fdatasync,probability=0.05,failinfo=5", "dotnet", typeof(RealDiskTests).Assembly.Location, "-method", $"*{nameof(Child_AppendsWhereFlushesFail_WritesDownWhatWasAcknowledged)}", "-explicit", "on" })
            start.ArgumentList.Add(argument);
        start.Environment[ChildFolder] = data.Path;
        using var child = Process.Start(start)!;
        var said = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(child.ExitCode == 0, said);
        var lines = await File.ReadAllLinesAsync(Path.Combine(data.Path, "acknowledged"), TestContext.Current.CancellationToken);
        var reopenings = int.Parse(lines[^1], CultureInfo.InvariantCulture);
        Assert.True(reopenings > 0, "no flush failed");
        AssertThere(data, [.. lines[..^1].Select(Guid.Parse)]);
    }

    /// <summary>Run by the test above, in a process of its own under fiu-run.</summary>
    [Fact(Explicit = true)]
    public void Child_AppendsWhereFlushesFail_WritesDownWhatWasAcknowledged()
    {
        var folder = Environment.GetEnvironmentVariable(ChildFolder);
        Assert.SkipWhen(folder is null, "runs as the child of the test that names its folder");
        var data = new DataFolder(folder!);
        var acknowledged = new List<string>();
        var random = new Random(9);
        long reopenings;
        using (var journal = _rig.Open(data))
        {
            for (var i = 0; i < 300; i++)
            {
                try
                {
                    acknowledged.AddRange(journal.Append(JournalRig.Draft((Lane)random.Next(3), random)).Select(static header => header.RecordId.ToString()));
                }
                catch (SqliteException)
                {
                    // Refused: it is not in the list.
                }
            }

            reopenings = journal.Reopenings;
        }

        File.WriteAllLines(Path.Combine(folder!, "acknowledged"), [.. acknowledged, reopenings.ToString(CultureInfo.InvariantCulture)]);
        Assert.NotEmpty(acknowledged);
    }

    private static void AppendForEver(JournalStore journal, HashSet<Guid> acknowledged, Random random)
    {
        while (true)
            acknowledged.UnionWith(journal.Append(JournalRig.Draft(Lane.Encounters, random)).Select(static header => header.RecordId));
    }

    private static void AssertThere(DataFolder data, HashSet<Guid> acknowledged)
    {
        var path = JournalStore.PathsIn(data.Path)[0];
        Assert.True(JournalVerification.Verify(path, checksKeys: true).IsSuccess);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT record_id FROM records";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            acknowledged.Remove(new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true));
        Assert.Empty(acknowledged);
    }

    public void Dispose() => _rig.Dispose();

    /// <summary>Two megabytes of memory as a file system.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string path) => Path = path;

        internal string Path { get; }

        internal static SmallDisk? TryMount()
        {
            var path = Directory.CreateTempSubdirectory("edge-checkpoint-disk-").FullName;
            if (Run("mount", "-t", "tmpfs", "-o", "size=2m", "edge-checkpoint", path))
                return new SmallDisk(path);
            Directory.Delete(path);
            return null;
        }

        internal static bool Run(string program, params ReadOnlySpan<string> arguments)
        {
            try
            {
                var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
                foreach (var argument in arguments)
                    start.ArgumentList.Add(argument);
                using var process = Process.Start(start)!;
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }

        public void Dispose()
        {
            Run("umount", "-l", Path);
            Directory.Delete(Path);
        }
    }
}
