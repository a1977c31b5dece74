using EdgeCheckpoint.Accuracy;

namespace EdgeCheckpoint.Core.Tests.Accuracy;

public sealed class FloorsTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly Floors _floors = new("""{"some": {"recall": 0.9, "alerts at most": 2, "set false": 0.1}, "other": {"recall": 1}}""");

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Check_FiguresOnTheirBounds_Hold()
    {
        var failures = _floors.Check("some", new Dictionary<string, double> { ["recall"] = 0.9, ["alerts at most"] = 2, ["set false"] = 0.1 }, _output);

        Assert.Equal(0, failures);
    }

    [Fact]
    public void Check_FloorsAndCeilingsMissed_CountsAndNamesThem()
    {
        var failures = _floors.Check("some", new Dictionary<string, double> { ["recall"] = 0.89, ["alerts at most"] = 2.1, ["set false"] = 0.2 }, _output);

        Assert.Equal(3, failures);
        Assert.Contains("some, alerts at most: 2.1000 where 2.0000 was reached before.", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_FloorWithoutFigure_Fails()
    {
        Assert.Equal(1, _floors.Check("other", new Dictionary<string, double>(), _output));
    }
}
