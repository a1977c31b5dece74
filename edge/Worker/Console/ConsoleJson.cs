using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>An open encounter for scripts at the counter.</summary>
internal sealed record OpenEncounterSummary(Guid EncounterId, bool Clear, bool Resumed, string[] Hits);

/// <summary>One part of the appliance for the health endpoint.</summary>
internal sealed record PartSummary(string Part, string State, string Detail);

/// <summary>The appliance's health for scripts and service managers.</summary>
internal sealed record HealthSummary(
    string State, ulong? ListVersion, bool LinkUp, string Link, long RecordsWaiting, bool AllSent, string Clock, string Reader,
    ulong? AccountsVersion, bool KeysOpen, PartSummary[] Parts);

/// <summary>One part of a self-test; <see cref="SelfTesting.SelfTestPart"/>.</summary>
internal sealed record SelfTestPartSummary(string Part, string Result, string Detail, string Remedy);

/// <summary>A self-test that was asked for.</summary>
internal sealed record SelfTestSummary(string At, SelfTestPartSummary[] Parts);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OpenEncounterSummary[]))]
[JsonSerializable(typeof(HealthSummary))]
[JsonSerializable(typeof(SelfTestSummary))]
internal sealed partial class ConsoleJson : JsonSerializerContext;
