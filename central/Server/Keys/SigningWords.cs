using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>Says in words what a file asks to sign, read from the very bytes that will be signed.</summary>
internal static class SigningWords
{
    /// <exception cref="CentralFault">The bytes are neither a root nor a release nor a command.</exception>
    public static IReadOnlyList<string> Describe(SigningFile file)
    {
        var inForce = file.RootInForce();
        if (file.More is { Count: > 0 })
            return DescribeMany(file, inForce);
        if (RootMetadata.Parse(file.ToSign.Metadata).TryGet(out var root, out var notARoot))
            return DescribeRoot(root, inForce);
        if (ReleaseMetadata.Parse(file.ToSign.Metadata).TryGet(out var release, out var notARelease))
            return [.. DescribeRelease(release, inForce), .. DescribeRemovals(file, release)];
        if (CommandStatement.Parse(file.ToSign.Metadata).TryGet(out var command, out _))
            return DescribeCommand(command, inForce);
        throw new CentralFault($"This is nothing that can be signed: as a root, {notARoot.Reason}; as a release, {notARelease.Reason}.");
    }

    /// <summary>A root by itself.</summary>
    public static IReadOnlyList<string> Describe(RootMetadata root) =>
    [
        $"Root {root.Version} of {root.SiteName}, issued {Day(root.IssuedAtUnixMicroseconds)}, to be renewed by {Day(root.ExpiresAtUnixMicroseconds)}",
        $"  pin {Pin(root)}",
        .. root.Roles.Select(static role =>
            $"  {KeyFile.Word(role.Role),-10} {role.Threshold} of {role.PublicKeys.Length}: {string.Join(", ", role.PublicKeys.Select(static key => KeyId.Of(key.Span)))}"),
        .. root.CaCertificates.Select(static der => $"  authority  {RootDraft.Fingerprint(der)}"),
        .. root.RecordKeys.Select(static key => $"  record key {KeyId.Of(key.Span)}"),
    ];

    /// <summary>The pin as people compare it.</summary>
    public static string Pin(RootMetadata root) => Convert.ToHexStringLower(root.Pin.Span);

    /// <summary>What one root changes against another, a line each.</summary>
    public static IReadOnlyList<string> Changes(RootMetadata before, RootMetadata after)
    {
        var lines = new List<string>();
        if (before.SiteName != after.SiteName)
            lines.Add($"the site is called {after.SiteName}, no longer {before.SiteName}");
        foreach (var role in after.Roles)
        {
            var old = before.Trust.Find(role.Role)!;
            var word = KeyFile.Word(role.Role);
            lines.AddRange(Without(old.PublicKeys, role.PublicKeys).Select(key => $"{word} key {KeyId.Of(key.Span)} goes"));
            lines.AddRange(Without(role.PublicKeys, old.PublicKeys).Select(key => $"{word} key {KeyId.Of(key.Span)} comes"));
            if (old.Threshold != role.Threshold)
                lines.Add($"{word} takes {role.Threshold} signatures, no longer {old.Threshold}");
        }

        lines.AddRange(Without(before.CaCertificates, after.CaCertificates).Select(static der => $"authority {RootDraft.Fingerprint(der)} goes"));
        lines.AddRange(Without(after.CaCertificates, before.CaCertificates).Select(static der => $"authority {RootDraft.Fingerprint(der)} comes"));
        lines.AddRange(Without(before.RecordKeys, after.RecordKeys).Select(static key => $"record key {KeyId.Of(key.Span)} goes"));
        lines.AddRange(Without(after.RecordKeys, before.RecordKeys).Select(static key => $"record key {KeyId.Of(key.Span)} comes"));
        if (lines.Count == 0)
            lines.Add("no key changes; it stands for longer");
        return lines;
    }

    private static IReadOnlyList<string> DescribeRoot(RootMetadata root, RootMetadata? inForce) =>
        inForce is null
            ? ["The FIRST root of a site. Whoever signs it vouches for every key below.", .. Describe(root)]
            : [
                .. Describe(root),
                $"It follows root {inForce.Version}, pin {Pin(inForce)}. Against that:",
                .. Changes(inForce, root).Select(static change => $"  - {change}"),
            ];

    private static List<string> DescribeMany(SigningFile file, RootMetadata? inForce)
    {
        var lines = new List<string> { $"{file.All.Count} releases, one for each post, signed together:" };
        foreach (var item in file.All)
        {
            if (!ReleaseMetadata.Parse(item.Metadata).TryGet(out var release, out var failure))
                throw new CentralFault($"This is nothing that can be signed: {failure.Reason}.");
            lines.AddRange(DescribeRelease(release, inForce));
        }

        return lines;
    }

    private static IReadOnlyList<string> DescribeRelease(ReleaseMetadata release, RootMetadata? inForce) =>
    [
        $"{release.Kind} release, version {release.Version}{(inForce is null ? "" : $", of {inForce.SiteName}")}",
        $"  issued {Day(release.IssuedAtUnixMicroseconds)}, may be installed until {Day(release.ExpiresAtUnixMicroseconds)}",
        $"  state root {Convert.ToHexStringLower(release.StateRoot.Span)}",
        .. release.Segments.Select(static segment =>
            $"  segment '{segment.Name}', {segment.PlainLength} bytes, sealed SHA-256 {Convert.ToHexStringLower(segment.SealedSha256.Span)}"),
        inForce is null ? "  The file names no root: nobody's signature would count." : $"  by root {inForce.Version}, pin {Pin(inForce)}",
    ];

    private static IEnumerable<string> DescribeRemovals(SigningFile file, ReleaseMetadata release)
    {
        if (release.Kind != ReleaseKind.Suppression)
            return [];
        return file.RemovalsOf(release) is { } removals
            ? [
                $"It takes {removals.Items.Length} entries away for a time, and can add nothing:",
                .. removals.Items.Select(static item => $"  - {item.EntryId} until {Minute(item.LapsesAtUnixMicroseconds)}"),
            ]
            : ["The file does not show who goes, or shows something else: do not sign it."];
    }

    private static IReadOnlyList<string> DescribeCommand(CommandStatement command, RootMetadata? inForce) =>
    [
        command.Kind == CommandKind.Wipe
            ? $"ORDER TO WIPE appliance {command.ApplianceId}: it destroys its keys, accounts and lists when it next reaches central, for good"
            : $"A command of the unknown kind {(byte)command.Kind} to appliance {command.ApplianceId}: do not sign it",
        $"  number {command.Number}, issued {Day(command.IssuedAtUnixMicroseconds)}, good until {Day(command.ExpiresAtUnixMicroseconds)}",
        inForce is null ? "  The file names no root: nobody's signature would count." : $"  by root {inForce.Version} of {inForce.SiteName}, pin {Pin(inForce)}",
    ];

    private static IEnumerable<ReadOnlyMemory<byte>> Without(
        ImmutableArray<ReadOnlyMemory<byte>> these, ImmutableArray<ReadOnlyMemory<byte>> those) =>
        these.Where(item => !those.Any(other => other.Span.SequenceEqual(item.Span)));

    private static string Day(long microseconds) => Text(microseconds, "yyyy-MM-dd");

    private static string Minute(long microseconds) => Text(microseconds, "yyyy-MM-dd HH:mm'Z'");

    private static string Text(long microseconds, string format) =>
        microseconds is >= 0 and < 253_402_300_800_000_000
            ? Instant.FromMicroseconds(microseconds).ToString(format, CultureInfo.InvariantCulture)
            : "an impossible day";
}
