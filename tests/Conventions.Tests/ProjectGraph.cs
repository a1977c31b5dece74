using System.Xml.Linq;

namespace EdgeCheckpoint.Conventions.Tests;

/// <summary>A project file as far as the arrows are concerned.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="References">Referenced projects, relative to the root.</param>
/// <param name="Packages">Referenced packages.</param>
internal sealed record ProjectFile(string Path, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    internal static ProjectFile Parse(string path, string xml)
    {
        var items = XDocument.Parse(xml).Descendants().ToArray();
        var folder = System.IO.Path.GetDirectoryName(path)!;
        return new ProjectFile(
            path,
            [.. Includes("ProjectReference").Select(reference => Combine(folder, reference))],
            [.. Includes("PackageReference")]);

        IEnumerable<string> Includes(string element) => items
            .Where(item => item.Name.LocalName == element)
            .Select(static item => (string?)item.Attribute("Include"))
            .OfType<string>();
    }

    private static string Combine(string folder, string reference) =>
        System.IO.Path.GetRelativePath("/", System.IO.Path.GetFullPath(System.IO.Path.Combine("/", folder, reference.Replace('\\', '/'))));
}

/// <summary>The arrows between the projects: Protos ← Worker → Devices → Core ← Worker, Protos ← Central → Core.</summary>
internal static class ProjectGraph
{
    private const string Core = "edge/Core", Devices = "edge/Devices", Bindings = "edge/Devices.Bindings", Worker = "edge/Worker";
    private const string Central = "central/Server", Protos = "protos", Bench = "hardware/rig/Bench";

    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        [Core] = [],
        [Protos] = [],
        [Devices] = [Core],
        [Bindings] = [Core, Devices],
        [Worker] = [Core, Devices, Bindings, Protos],
        [Central] = [Core, Protos],
        // What stands round the appliance on the virtual board.
        [Bench] = [Core, Devices],
    };

    /// <summary>Everything that breaks the rules, as sentences.</summary>
    internal static IReadOnlyList<string> Problems(IEnumerable<ProjectFile> projects)
    {
        var problems = new List<string>();
        foreach (var project in projects)
        {
            var from = Folder(project.Path);
            if (SourceTree.IsUnder(project.Path, "tests"))
                continue;
            if (!Arrows.TryGetValue(from, out var allowed))
            {
                problems.Add($"{project.Path}: no part of the layout");
                continue;
            }

            problems.AddRange(project.References.Where(to => !allowed.Contains(Folder(to))).Select(to => $"{project.Path}: may not reference {to}"));
            if (from == Core)
                problems.AddRange(project.Packages.Select(package => $"{project.Path}: Core has no packages, not {package}"));
        }

        return problems;
    }

    private static string Folder(string path) => Path.GetDirectoryName(path)!.Replace('\\', '/');
}
