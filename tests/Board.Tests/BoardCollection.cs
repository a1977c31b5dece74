namespace EdgeCheckpoint.Board.Tests;

/// <summary>Tests of one board, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BoardCollection : ICollectionFixture<BoardSite>
{
    internal const string Name = "board";
}
