using System.Collections.Immutable;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>Settings of the boards that are known, one JSON file each, carried in the program. What an appliance sets itself lies over them.</summary>
public static class BoardProfiles
{
    /// <summary>An appliance that says nothing of its board has nothing but its reader.</summary>
    public const string Default = "generic-linux";

    private const string Prefix = "EdgeCheckpoint.Devices.Boards.Profiles.";
    private const string Suffix = ".json";

    /// <summary>Names of all profiles, in order.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        .. typeof(BoardProfiles).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(static name => name[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>The file of a profile; null when there is no such.</summary>
    public static Stream? Open(string name) => typeof(BoardProfiles).Assembly.GetManifestResourceStream(Prefix + name + Suffix);
}
