using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>The name fields of one document.</summary>
/// <param name="report">Takes name of the property, reason and position of what cannot be written.</param>
internal sealed class MrzNameText(
    MrzFields fields,
    MrzTransliteration transliteration,
    MrzTruncation truncation,
    Action<string, MrzWriteReason, int> report)
{
    /// <summary>Both identifiers in one field; empty after a report.</summary>
    public string Full(int width)
    {
        var surname = Transliterated(nameof(MrzFields.Surname), fields.Surname);
        var givenNames = Transliterated(nameof(MrzFields.GivenNames), fields.GivenNames);
        if (surname is null || givenNames is null)
            return "";
        // A name of one part stands in the place of the primary identifier (Doc 9303-5 and -6 §4.2.2).
        if (surname.Length == 0)
            (surname, givenNames) = (givenNames, "");
        if (surname.Length == 0)
        {
            report(nameof(MrzFields.Surname), MrzWriteReason.Missing, 0);
            return "";
        }

        if (MrzNameShortener.Fit(surname, givenNames, width, truncation) is { } name)
            return name;
        report(nameof(MrzFields.Surname), MrzWriteReason.CannotBeShortened, 0);
        return "";
    }

    /// <summary>The national layout has a field for each identifier, and cuts where the field ends.</summary>
    public string FrenchSurname(int width)
    {
        var surname = Transliterated(nameof(MrzFields.Surname), fields.Surname);
        if (surname?.Length == 0)
            report(nameof(MrzFields.Surname), MrzWriteReason.Missing, 0);
        return Cut(surname ?? "", width);
    }

    /// <summary>Given names are parted by two fillers there, and the parts of a double name by one.</summary>
    public string FrenchGivenNames(int width)
    {
        // The whole text first, so that positions in reports are those of the text as given.
        if (Transliterated(nameof(MrzFields.GivenNames), fields.GivenNames) is null)
            return "";
        var names = fields.GivenNames.Replace(',', ' ')
            .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)
            .Select(name => Transliterated(nameof(MrzFields.GivenNames), name) ?? "")
            .Where(static name => name.Length != 0);
        return Cut(string.Join("<<", names), width);
    }

    /// <summary>Null after a report.</summary>
    private string? Transliterated(string field, string name)
    {
        if (transliteration.Apply(name).TryGet(out var text, out var failure))
            return text;
        foreach (var problem in failure.Problems)
        {
            var reason = problem.Reason == TransliterationReason.Digit
                ? MrzWriteReason.DigitInName
                : MrzWriteReason.NoTransliteration;
            report(field, reason, problem.Position);
        }

        return null;
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..width];
}
