namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>Codes a form sends (Core/Decisions/OutcomeCode).</summary>
internal static class OutcomeCodes
{
    internal const int Admitted = 200;
    internal const int Referred = 201;
    internal const int Refused = 202;
    internal const int NotSamePerson = 301;
    internal const int HandedOver = 303;
}
