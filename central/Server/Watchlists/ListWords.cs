using System.Collections.Frozen;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>The words by which files, pages and commands name actions, evidence and directions.</summary>
internal static class ListWords
{
    public static FrozenDictionary<string, RequestedAction> Actions { get; } = new Dictionary<string, RequestedAction>
    {
        ["inform"] = RequestedAction.Inform,
        ["inquire"] = RequestedAction.Inquire,
        ["specific-check"] = RequestedAction.SpecificCheck,
        ["discreet"] = RequestedAction.Discreet,
        ["protect"] = RequestedAction.Protect,
        ["refuse"] = RequestedAction.Refuse,
        ["custody-request"] = RequestedAction.CustodyRequest,
        ["seize-document"] = RequestedAction.SeizeDocument,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, EvidenceGrade> Evidence { get; } = new Dictionary<string, EvidenceGrade>
    {
        ["decision"] = EvidenceGrade.Decision,
        ["documented"] = EvidenceGrade.Documented,
        ["reported"] = EvidenceGrade.Reported,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, CrossingDirection> Directions { get; } = new Dictionary<string, CrossingDirection>
    {
        ["entry"] = CrossingDirection.Entry,
        ["exit"] = CrossingDirection.Exit,
        ["both"] = CrossingDirection.Both,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Word(RequestedAction action) => Actions.Single(pair => pair.Value == action).Key;

    public static string Word(EvidenceGrade evidence) => Evidence.Single(pair => pair.Value == evidence).Key;

    /// <summary>Empty for a list that does not say.</summary>
    public static string Word(CrossingDirection direction) => Directions.FirstOrDefault(pair => pair.Value == direction).Key ?? "";
}
