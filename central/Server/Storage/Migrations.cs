using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>One step of the schema.</summary>
internal sealed record Migration(int Version, string Name, string Sql);

/// <summary>The steps of the schema, embedded in the program: files of the form 0001_name.sql, without a gap.</summary>
internal static class Migrations
{
    private const string Prefix = "migrations/";

    public static ImmutableArray<Migration> All { get; } = Read();

    /// <summary>The schema this program knows.</summary>
    public static int Newest => All[^1].Version;

    private static ImmutableArray<Migration> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var migrations = assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name))
            .ToImmutableArray();
        for (var i = 0; i < migrations.Length; i++)
        {
            if (migrations[i].Version != i + 1)
                throw new InvalidOperationException($"Migration {i + 1} is missing: found {migrations[i].Name}.");
        }

        return migrations;
    }

    private static Migration Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var name = Path.GetFileNameWithoutExtension(resource[Prefix.Length..]);
        return new Migration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
