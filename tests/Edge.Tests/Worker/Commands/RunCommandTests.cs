using EdgeCheckpoint.Edge.Tests.Worker.Console;
using EdgeCheckpoint.Worker.Commands;

namespace EdgeCheckpoint.Edge.Tests.Worker.Commands;

public sealed class RunCommandTests
{
    [Theory]
    [InlineData("Board:Tamper:Line=abc", "Board:Tamper:Line")]
    [InlineData("Scanner:BaudRate=fast", "Scanner:BaudRate")]
    [InlineData("Sync:HeartbeatSeconds=soon", "Sync:HeartbeatSeconds")]
    public async Task Start_SettingThatIsNoSuchValue_IsOneSentenceThatNamesIt(string setting, string name)
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var rig = await ConsoleRig.StartAsync(setting);
        });

        var sentence = RunCommand.Explain(fault, "/data");

        Assert.NotNull(sentence);
        Assert.StartsWith("A setting is wrong: ", sentence, StringComparison.Ordinal);
        Assert.Contains(name, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_Bug_IsNoSentence() => Assert.Null(RunCommand.Explain(new InvalidOperationException("Sequence contains no elements"), "/data"));
}
