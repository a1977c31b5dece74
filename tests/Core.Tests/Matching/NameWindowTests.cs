using CsCheck;
using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class NameWindowTests
{
    [Fact]
    public void Words_AnyWindow_HoldEveryNameOfItOnce() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 300], Gen.Int[0, 300]).Sample(static (withoutYear, before, years) =>
        {
            var window = new NameWindow(withoutYear, withoutYear + before, withoutYear + before + years);

            var (first, second) = window.Words;

            Assert.True(first.End.Value <= second.Start.Value && second.Start.Value <= second.End.Value);
            for (var name = 0; name < 900; name++)
            {
                var isIn = Contains(first, name / 64) || Contains(second, name / 64);
                Assert.True(isIn || !window.Contains(name), $"{name} of {window}");
            }
        });

    private static bool Contains(Range words, int word) => word >= words.Start.Value && word < words.End.Value;
}
