using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Tests.Storage;

public sealed class ErasureLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_LastLineCutAtAnyPlace_NamesNoOtherRecord()
    {
        var path = _folder.File("erasures.log");
        var log = new ErasureLog(path);
        var (first, last) = (Key(7), Key(123_456));
        log.Append(first, DateTimeOffset.UnixEpoch);
        var begin = new FileInfo(path).Length;
        log.Append(last, DateTimeOffset.UnixEpoch);
        var whole = File.ReadAllBytes(path);

        for (var length = (int)begin; length < whole.Length - 1; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal([first], ErasureLog.Read(path));
        }

        // And what comes after a cut stands on a line of its own.
        File.WriteAllBytes(path, whole[..^12]);
        log.Append(last, DateTimeOffset.UnixEpoch);
        Assert.Equal([first, last], ErasureLog.Read(path));
    }

    public void Dispose() => _folder.Dispose();

    private static RecordKey Key(long sequence) => new("ap-1", new Guid("6f1c3a52-0f7e-4a8e-9f7b-2f6a4f1d9b11"), Lane.Encounters, sequence);
}
