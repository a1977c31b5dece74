using EdgeCheckpoint.Accuracy;

namespace EdgeCheckpoint.Core.Tests.Accuracy;

public sealed class WritingScriptTests
{
    /// <summary>Words, nobody's names.</summary>
    [Theory]
    [InlineData("Brücke-'12", nameof(WritingScript.Latin))]
    [InlineData("мост", nameof(WritingScript.Cyrillic))]
    [InlineData("Latin мост", nameof(WritingScript.Cyrillic))]
    [InlineData("جسر", nameof(WritingScript.Arabic))]
    [InlineData("다리", nameof(WritingScript.Hangul))]
    [InlineData("橋", nameof(WritingScript.Han))]
    [InlineData("橋はし", nameof(WritingScript.Kana))]
    [InlineData("पुल", nameof(WritingScript.Devanagari))]
    [InlineData("สะพาน", nameof(WritingScript.Thai))]
    [InlineData("γέφυρα", nameof(WritingScript.Other))]
    public void Of_Name_IsItsScript(string name, string script) => Assert.Equal(script, WritingScripts.Of(name).ToString());
}
