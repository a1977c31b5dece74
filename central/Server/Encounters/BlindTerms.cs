using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>
/// Opens a record's personal part for a moment to compute the keyed hashes by which it can be found later (DESIGN §6).
/// </summary>
internal sealed class BlindTerms(SiteKeys keys, ILogger<BlindTerms> logger)
{
    /// <summary>
    /// Terms of document number and name tokens with birth year. None when the part does not open: the record is kept all
    /// the same, since it is evidence, and the log tells.
    /// </summary>
    public IReadOnlyList<byte[]> Of(RecordHeader header, SealedRecord record)
    {
        if (record.WrappedForCentral.IsEmpty || record.Ciphertext.IsEmpty)
            return [];
        if (!RecordOpener.Open(keys, record).TryGet(out var opened, out var failure))
        {
            Log.DoesNotOpen(logger, header.ApplianceId, header.RecordId, failure.Stage);
            return [];
        }

        // What was saved from a damaged card travels inside another record, and is found by its own person.
        return opened.Personal is { } part ? [.. Of(part)] : [];
    }

    private IEnumerable<byte[]> Of(PersonalPart part)
    {
        if (keys.BlindIndex.Document(DocumentNumber.Parse(part.DocumentNumber)) is { } document)
            yield return document;
        var year = PartialDate.TryParse(part.BirthDate, out var birth) ? birth.Year : 0;
        var name = NameFolding.Fold($"{part.Surname} {part.GivenNames}");
        foreach (var token in name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct())
            yield return keys.BlindIndex.Name(token, year);
    }
}
