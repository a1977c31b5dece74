using System.Buffers.Binary;
using System.Globalization;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>Content keys as small private files: end of lease (i64, microseconds since 1970), then the wrapped key.</summary>
internal sealed class ContentKeyFiles(DataFolder data) : IContentKeyStore
{
    public LeasedContentKey? Find(Guid releaseId)
    {
        var path = PathOf(releaseId);
        if (!File.Exists(path))
            return null;
        var bytes = DataFolder.ReadPrivate(path);
        return bytes.Length != sizeof(long) + KeyWrap.Length
            ? null
            : new LeasedContentKey(
                bytes.AsMemory(sizeof(long)), ClockReading.FromUnixMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes)));
    }

    public void Keep(Guid releaseId, LeasedContentKey key)
    {
        var bytes = new byte[sizeof(long) + key.Wrapped.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, ClockReading.ToUnixMicroseconds(key.LeaseExpiresAt));
        key.Wrapped.CopyTo(bytes.AsMemory(sizeof(long)));
        DataFolder.Write(PathOf(releaseId), bytes);
    }

    public void Destroy(Guid releaseId)
    {
        var path = PathOf(releaseId);
        if (!File.Exists(path))
            return;
        DataFolder.Write(path, new byte[sizeof(long) + KeyWrap.Length]);
        DataFolder.Tell(FileStep.Delete, path);
        File.Delete(path);
    }

    private string PathOf(Guid releaseId) =>
        Path.Combine(data.ContentKeys, releaseId.ToString("D", CultureInfo.InvariantCulture));
}
