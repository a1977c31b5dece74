using System.Collections.Frozen;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>The words by which files and commands name actions and evidence.</summary>
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
}
