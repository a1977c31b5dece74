using EdgeCheckpoint.Bench;

namespace EdgeCheckpoint.Board.Tests;

public sealed class StrokeTests
{
    [Theory]
    [InlineData('A', 2, 0x04)]
    [InlineData('Z', 2, 0x1D)]
    [InlineData('1', 0, 0x1E)]
    [InlineData('9', 0, 0x26)]
    [InlineData('0', 0, 0x27)]
    [InlineData('<', 2, 0x36)]
    [InlineData('\r', 0, 0x28)]
    public void Stroke_OfACharacterOfAZone_IsItsUsage(char character, byte modifiers, byte usage) =>
        Assert.Equal((modifiers, usage), WedgeReader.Stroke(character));

    [Theory]
    [InlineData('a')]
    [InlineData('?')]
    [InlineData('\n')]
    public void Stroke_OfAnythingElse_IsRefused(char character) => Assert.Throws<ArgumentException>(() => WedgeReader.Stroke(character));
}
