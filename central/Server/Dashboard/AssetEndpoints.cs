using System.Reflection;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Style sheet and script, embedded in the program, so that it serves them from wherever it is started.</summary>
internal static class AssetEndpoints
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        MapAsset(pages, "dashboard.css", "text/css; charset=utf-8");
        MapAsset(pages, "dashboard.js", "text/javascript; charset=utf-8");
        MapAsset(pages, "passkeys.js", "text/javascript; charset=utf-8");
    }

    private static void MapAsset(IEndpointRouteBuilder pages, string name, string type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"assets/{name}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        pages.MapGet($"/{name}", () => Results.Bytes(content, type)).AllowAnonymous();
    }
}
