using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>One step of a schema.</summary>
internal sealed record Migration(int Version, string Name, string Sql);

/// <summary>The steps of an engine's schema, embedded in the program: files of the form 0001_name.sql, without a gap.</summary>
internal sealed class Migrations
{
    private Migrations(string folder) => All = Read(folder);

    public static Migrations Sqlite { get; } = new("migrations/sqlite/");

    public static Migrations Postgres { get; } = new("migrations/postgres/");

    public ImmutableArray<Migration> All { get; }

    /// <summary>The schema this program knows.</summary>
    public int Newest => All[^1].Version;

    private static ImmutableArray<Migration> Read(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var migrations = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name, folder.Length))
            .ToImmutableArray();
        for (var i = 0; i < migrations.Length; i++)
        {
            if (migrations[i].Version != i + 1)
                throw new InvalidOperationException($"Migration {i + 1} is missing: found {migrations[i].Name}.");
        }

        return migrations;
    }

    private static Migration Read(Assembly assembly, string resource, int prefix)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var name = Path.GetFileNameWithoutExtension(resource[prefix..]);
        return new Migration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
