using EdgeCheckpoint.Names;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Watchlists;

/// <summary>What a package says of itself (format mark "ECP" 1).</summary>
public sealed class PackageInfo
{
    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'P', 1];

    /// <summary>Version of the list; the same as that of its release.</summary>
    public required ulong Version { get; init; }

    /// <summary>When the list was compiled, microseconds since 1970-01-01T00:00:00Z. Its age counts from here.</summary>
    public required long CompiledAtUnixMicroseconds { get; init; }

    /// <summary>Name for people, such as "Utopia national list".</summary>
    public required string Title { get; init; }

    /// <summary>Key under which document numbers are hashed, 16 bytes, random for each package.</summary>
    public required ReadOnlyMemory<byte> DocumentKey { get; init; }

    public required int EntryCount { get; init; }

    public required int NameCount { get; init; }

    /// <summary>Version of the rules by which its names were folded; 0 for a package that does not say.</summary>
    public ushort FoldingVersion { get; init; } = NameFolding.Version;

    /// <summary>Root over the records, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> StateRoot { get; init; }

    internal byte[] Encode() =>
        new CanonicalWriter(Mark)
            .UInt64(1, Version)
            .Int64(2, CompiledAtUnixMicroseconds)
            .Text(3, Title)
            .Bytes(4, DocumentKey.Span)
            .UInt32(5, (uint)EntryCount)
            .UInt32(6, (uint)NameCount)
            .Bytes(7, StateRoot.Span)
            .UInt16(8, FoldingVersion)
            .ToArray();

    internal static Result<PackageInfo, PackageFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return new PackageFailure(PackageStage.Info, problem);
        if (!(reader.TryUInt64(1, out var version) & reader.TryInt64(2, out var compiled) & reader.Has(3)
            & reader.TryBytes(4, SipHash.KeyLength, out var key) & reader.TryUInt32(5, out var entries)
            & reader.TryUInt32(6, out var names) & reader.TryBytes(7, 32, out var root)))
        {
            return new PackageFailure(PackageStage.Info, "a compulsory field is missing or has the wrong length");
        }

        reader.TryUInt16(8, out var folding);
        if (entries > int.MaxValue || names > int.MaxValue)
            return new PackageFailure(PackageStage.Info, "impossible counts");
        return new PackageInfo
        {
            Version = version,
            CompiledAtUnixMicroseconds = compiled,
            Title = reader.Text(3),
            DocumentKey = key,
            EntryCount = (int)entries,
            NameCount = (int)names,
            StateRoot = root,
            FoldingVersion = folding,
        };
    }
}
