using System.Collections.Immutable;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The invented traveller by whom an appliance proves that its list is searched: central compiles an entry about her into every release of
/// the watchlist, and the self-test lays her passport down, in software, and must find it. She is a citizen of Utopia (UTO, the issuer of
/// specimens in Doc 9303), has a name that nobody bears, and is taken out of whatever real travellers are screened for.
/// </summary>
public static class ListSpecimen
{
    /// <summary>Identifiers that begin so are central's own: none of an imported or proposed entry may.</summary>
    public const string ReservedPrefix = "self-test:";

    /// <summary>Identifier of the entry.</summary>
    public const string EntryId = ReservedPrefix + "specimen";

    /// <summary>Issuing State and nationality of the specimen.</summary>
    public const string State = "UTO";

    private static readonly DateOnly BirthDate = new(1972, 2, 29);

    /// <summary>The lines of her passport, TD3, check digits in order.</summary>
    public static ImmutableArray<string> PassportLines { get; } =
    [
        "P<UTOZZQUIVEXOR<<XYLPHEDRA<QWENTHILDE<<<<<<<",
        "ZT00000Q00UTO7202294F3912313<<<<<<<<<<<<<<04",
    ];

    /// <summary>
    /// The entry, the same in every release and on every site: it is changed by no delta. It never ends, names no document, and asks to inform:
    /// what it asks is never done.
    /// </summary>
    public static WatchlistEntry Entry { get; } = new()
    {
        EntryId = EntryId,
        ListName = "Self-test",
        Owner = "EdgeCheckpoint self-test",
        LegalBasis = "None: an invented person of Utopia",
        Purpose = "Proves at each post that the list is searched",
        Action = RequestedAction.Inform,
        Evidence = EvidenceGrade.Documented,
        ExpiresOn = DateOnly.MaxValue,
        Names = [new ListedName("Zzquivexor, Xylphedra Qwenthilde", NameQuality.Primary)],
        BirthDates = [new ListedBirthDate(PartialDate.From(BirthDate), PartialDate.From(BirthDate), IsApproximate: false)],
        Nationalities = [State],
    };

    /// <summary>True for identifiers that no list may use, in any letters.</summary>
    public static bool IsReserved(string entryId)
    {
        ArgumentNullException.ThrowIfNull(entryId);
        return entryId.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase);
    }
}
