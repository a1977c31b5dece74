using System.Globalization;

namespace EdgeCheckpoint.Faults.Tests;

/// <summary>
/// Where a random test begins: <c>CHECKPOINT_SEED</c>, or one of today's choice, printed at the start. How often: <c>CHECKPOINT_CUTS</c>
/// and the like, for the long runs.
/// </summary>
internal static class Seed
{
    internal static int Of(string what)
    {
        var seed = Number("CHECKPOINT_SEED", Random.Shared.Next());
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: CHECKPOINT_SEED={seed.ToString(CultureInfo.InvariantCulture)}");
        Console.Error.WriteLine($"{what}: CHECKPOINT_SEED={seed.ToString(CultureInfo.InvariantCulture)}");
        return seed;
    }

    internal static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
