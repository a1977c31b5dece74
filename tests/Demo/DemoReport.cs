using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Demo;

/// <summary>The last line of <c>demo.sh --once</c>.</summary>
internal sealed record DemoReport(int Scanned, int Clear, int Refer, int Hits, int DurableAtCentral);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoReportJson : JsonSerializerContext;
