using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.PostPeople;

/// <summary>The accounts of one post, sealed to its appliance, that wait for signatures.</summary>
internal sealed record StagedPost(string ApplianceId, byte[] Metadata, byte[] WrappedContentKey, byte[] Segment)
{
    public static StagedPost Of(PeopleRelease release, SealedSegment segment) =>
        new(release.ApplianceId, release.Metadata, release.WrappedContentKey, segment.Content.ToArray());

    public PeopleRelease Signed(long version, IReadOnlyList<ReleaseSignature> signatures, DateTimeOffset at) => new()
    {
        ApplianceId = ApplianceId,
        Version = version,
        Metadata = Metadata,
        Signatures = signatures,
        WrappedContentKey = WrappedContentKey,
        IssuedAt = at,
    };
}

/// <summary>
/// Accounts that wait for signatures and approval, in the data folder: sealed already, given to nobody. There is one such
/// set at most; publishing anew replaces it.
/// </summary>
internal sealed class StagedPeople
{
    private const string Name = "people";

    public required long Version { get; init; }

    /// <summary>The accounts as approvers read them.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }

    public required IReadOnlyList<StagedPost> Releases { get; init; }

    /// <summary>Where the file to sign goes when nobody says otherwise.</summary>
    public static string ToSignPath(DataFolder folder, long version) =>
        Path.Combine(folder.StagedFolder, $"{Name}-{version}.to-sign.json");

    /// <summary>What waits; null when nothing does.</summary>
    /// <exception cref="CentralFault">It cannot be read.</exception>
    public static StagedPeople? Find(DataFolder folder)
    {
        var path = PathOf(folder);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(PrivateFiles.Read(path), StagedPeopleJson.Default.StagedPeople) ?? throw new JsonException("empty");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"The staged accounts in {folder.StagedFolder} cannot be read ({fault.Message.TrimEnd('.')}); run people publish again.", fault);
        }
    }

    public void Write(DataFolder folder)
    {
        Remove(folder);
        PrivateFiles.Create(PathOf(folder), JsonSerializer.SerializeToUtf8Bytes(this, StagedPeopleJson.Default.StagedPeople));
    }

    public static void Remove(DataFolder folder) => File.Delete(PathOf(folder));

    /// <summary>One file to sign for all posts.</summary>
    public SigningFile ToSign(SignedMetadata root) =>
        SigningFile.OfMany([.. Releases.Select(static release => SignedMetadata.From(release.Metadata, []))], root);

    public Statement Describe() =>
        Statement.ForPeople(Version, Accounts, Releases.Select(static release => (release.ApplianceId, release.Metadata)));

    private static string PathOf(DataFolder folder) => Path.Combine(folder.StagedFolder, $"{Name}.json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StagedPeople))]
internal sealed partial class StagedPeopleJson : JsonSerializerContext;
