namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// What many entries say alike: list, owner, legal basis, purpose, contact, action, evidence, expiry, and how their identifiers
/// begin. Stands once in a package, and once in memory for all entries that are read.
/// </summary>
/// <param name="IdPrefix">What comes before the number in the identifiers, such as "un:"; null for identifiers that stand whole
/// with their entries.</param>
internal sealed record EntryTemplate(
    string ListName,
    string Owner,
    string LegalBasis,
    string Purpose,
    string Contact,
    RequestedAction Action,
    EvidenceGrade Evidence,
    DateOnly ExpiresOn,
    string? IdPrefix)
{
    internal static EntryTemplate Of(WatchlistEntry entry, string? idPrefix) => new(
        entry.ListName, entry.Owner, entry.LegalBasis, entry.Purpose, entry.Contact, entry.Action, entry.Evidence, entry.ExpiresOn, idPrefix);

    internal byte[] Encode()
    {
        var writer = new PackedWriter()
            .Text(ListName).Text(Owner).Text(LegalBasis).Text(Purpose).Text(Contact)
            .Number((uint)Action).Number((uint)Evidence).Number((uint)ExpiresOn.DayNumber);
        return (IdPrefix is null ? writer.Number(0) : writer.Number(1).Text(IdPrefix)).Written.ToArray();
    }

    /// <summary>Reads untrusted bytes; null when they are damaged, or action or evidence grade is not known.</summary>
    internal static EntryTemplate? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new PackedReader(bytes);
        var template = new EntryTemplate(
            reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Text(),
            (RequestedAction)PackedParts.Small(reader.Number()), (EvidenceGrade)PackedParts.Small(reader.Number()), PackedParts.Day(reader.Number()),
            reader.Number() == 0 ? null : reader.Text());
        var isKnown = template.Action is >= RequestedAction.Inform and <= RequestedAction.SeizeDocument
            && template.Evidence is >= EvidenceGrade.Decision and <= EvidenceGrade.Reported;
        return reader.IsDamaged || !reader.IsAtEnd || !isKnown ? null : template;
    }
}
