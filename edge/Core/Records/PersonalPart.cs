using System.Collections.Immutable;

namespace EdgeCheckpoint.Records;

/// <summary>A candidate as it stood when the encounter was judged: enough to explain it years later.</summary>
/// <param name="EntryId">Identifier of the watchlist entry.</param>
/// <param name="Level">"alert" or "weak".</param>
/// <param name="Score">0 to 1, three decimals.</param>
/// <param name="MatchedName">The listed name or alias that matched.</param>
/// <param name="ListName">Name of the list.</param>
/// <param name="Action">The requested action, as text.</param>
/// <param name="Differences">What speaks against it, one a line.</param>
/// <param name="Reasons">What speaks for it, one a line.</param>
public sealed record PersonalCandidate(
    string EntryId,
    string Level,
    string Score,
    string MatchedName,
    string ListName,
    string Action,
    string Differences,
    string Reasons)
{
    /// <summary>What <see cref="Kind"/> says of a hit on the document itself.</summary>
    public const string DocumentKind = "document";

    /// <summary>Empty for a person; <see cref="DocumentKind"/> for a document that is reported stolen, lost or invalid.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What an alert at exit rests on; or empty.</summary>
    public string CourtReference { get; init; } = "";

    /// <summary>Who answers for an alert at exit; or empty.</summary>
    public string Supervisor { get; init; } = "";

    /// <summary>A caution that stands beside the entry wherever it is shown; or empty.</summary>
    public string Mark { get; init; } = "";

    /// <summary>True for a hit on the document itself.</summary>
    public bool IsDocument => Kind == DocumentKind;

    /// <summary>Says nothing of the person.</summary>
    public override string ToString() => $"{nameof(PersonalCandidate)} {EntryId}";
}

/// <summary>
/// The personal part of a record before sealing (format mark "ECX" 1): what was read, what it was compared with, what a
/// person wrote. Everything that names a traveller is here and nowhere else.
/// </summary>
public sealed record PersonalPart
{
    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'X', 1];
    private static readonly byte[] ItemMark = [(byte)'E', (byte)'C', (byte)'J', 1];

    /// <summary>Lines of the machine readable zone as read, parted by a line feed; empty for a manual entry.</summary>
    public string MrzText { get; init; } = "";

    public string DocumentCode { get; init; } = "";

    public string IssuingState { get; init; } = "";

    public string DocumentNumber { get; init; } = "";

    public string Surname { get; init; } = "";

    public string GivenNames { get; init; } = "";

    public string Nationality { get; init; } = "";

    /// <summary>As <c>PartialDate</c> writes it.</summary>
    public string BirthDate { get; init; } = "";

    /// <summary>As <c>PartialDate</c> writes it.</summary>
    public string ExpiryDate { get; init; } = "";

    /// <summary>M, F, X or empty.</summary>
    public string Sex { get; init; } = "";

    /// <summary>Reasons of the proposal as shown to the officer, one a line.</summary>
    public string Reasons { get; init; } = "";

    /// <summary>What the officer wrote.</summary>
    public string Note { get; init; } = "";

    public ImmutableArray<PersonalCandidate> Candidates { get; init; } = [];

    public byte[] Encode()
    {
        var candidates = new CanonicalWriter(ItemMark);
        for (var i = 0; i < Candidates.Length; i++)
            candidates.Bytes(checked((ushort)(i + 1)), Encode(Candidates[i]));
        return new CanonicalWriter(Mark)
            .OptionalText(1, MrzText)
            .OptionalText(2, DocumentCode)
            .OptionalText(3, IssuingState)
            .OptionalText(4, DocumentNumber)
            .OptionalText(5, Surname)
            .OptionalText(6, GivenNames)
            .OptionalText(7, Nationality)
            .OptionalText(8, BirthDate)
            .OptionalText(9, ExpiryDate)
            .OptionalText(10, Sex)
            .OptionalText(11, Reasons)
            .OptionalText(12, Note)
            .Bytes(13, candidates.ToArray())
            .ToArray();
    }

    public static Result<PersonalPart, RecordFailure> Decode(ReadOnlyMemory<byte> bytes)
    {
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return new RecordFailure(RecordStage.Seal, problem);
        if (!reader.TryBytes(13, out var items) || !CanonicalReader.TryOpen(items, ItemMark, out var candidates, out problem))
            return new RecordFailure(RecordStage.Seal, $"candidates: {problem}");
        var read = ImmutableArray.CreateBuilder<PersonalCandidate>();
        var count = candidates.CountFrom(0);
        for (var i = 1; i <= count; i++)
        {
            if (!candidates.TryBytes((ushort)i, out var item))
                return new RecordFailure(RecordStage.Seal, $"candidate {i} is missing");
            if (!CanonicalReader.TryOpen(item, ItemMark, out var part, out problem))
                return new RecordFailure(RecordStage.Seal, $"candidate {i}: {problem}");
            read.Add(new PersonalCandidate(
                part.Text(1), part.Text(2), part.Text(3), part.Text(4), part.Text(5), part.Text(6), part.Text(7), part.Text(8))
            {
                Kind = part.Text(9),
                CourtReference = part.Text(10),
                Supervisor = part.Text(11),
                Mark = part.Text(12),
            });
        }

        return new PersonalPart
        {
            MrzText = reader.Text(1),
            DocumentCode = reader.Text(2),
            IssuingState = reader.Text(3),
            DocumentNumber = reader.Text(4),
            Surname = reader.Text(5),
            GivenNames = reader.Text(6),
            Nationality = reader.Text(7),
            BirthDate = reader.Text(8),
            ExpiryDate = reader.Text(9),
            Sex = reader.Text(10),
            Reasons = reader.Text(11),
            Note = reader.Text(12),
            Candidates = read.ToImmutable(),
        };
    }

    /// <summary>Equality of every property: two parts are equal when their canonical bytes are.</summary>
    public bool Equals(PersonalPart? other) => other is not null && Encode().AsSpan().SequenceEqual(other.Encode());

    /// <summary>Says nothing of the person: an instance that slips into a log tells nothing.</summary>
    public override string ToString() => nameof(PersonalPart);

    public override int GetHashCode() => HashCode.Combine(MrzText, DocumentNumber, Surname, Note);

    private static byte[] Encode(PersonalCandidate candidate) =>
        new CanonicalWriter(ItemMark)
            .Text(1, candidate.EntryId)
            .Text(2, candidate.Level)
            .Text(3, candidate.Score)
            .Text(4, candidate.MatchedName)
            .Text(5, candidate.ListName)
            .Text(6, candidate.Action)
            .Text(7, candidate.Differences)
            .Text(8, candidate.Reasons)
            // Left out when empty: records written before there were these fields keep their bytes.
            .OptionalText(9, candidate.Kind)
            .OptionalText(10, candidate.CourtReference)
            .OptionalText(11, candidate.Supervisor)
            .OptionalText(12, candidate.Mark)
            .ToArray();
}
