using System.Globalization;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>Seed and number of faults, from the environment as tests/README.md says.</summary>
internal static class Faults
{
    /// <summary>Where a random test begins, printed: <c>CHECKPOINT_SEED</c>, or one of today's choice.</summary>
    internal static int Seed(string what)
    {
        var seed = Number("CHECKPOINT_SEED", Random.Shared.Next());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: CHECKPOINT_SEED={seed}"));
        return seed;
    }

    internal static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
