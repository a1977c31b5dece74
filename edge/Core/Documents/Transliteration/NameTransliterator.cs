using System.Collections.Immutable;
using System.Text;

namespace EdgeCheckpoint.Documents.Transliteration;

/// <summary>One run over one name. Used once; not safe for parallel use.</summary>
internal sealed class NameTransliterator(MrzTransliteration choices, string name)
{
    private const char Filler = '<';
    private const string Allah = "\u0627\u0644\u0644\u0647";
    private const string AllahMrz = "ALLXH";

    private readonly StringBuilder _text = new();
    private readonly ImmutableArray<TransliterationProblem>.Builder _problems =
        ImmutableArray.CreateBuilder<TransliterationProblem>();

    /// <summary>What the last letter of this component became; null at its beginning.</summary>
    private string? _last;

    /// <summary>A letter of the last component was Arabic, so that Latin marks make no sense on it.</summary>
    private bool _lastIsArabic;

    private int _index;

    public Result<string, TransliterationFailure> Run()
    {
        while (_index < name.Length)
            Step(name[_index]);
        if (_problems.Count != 0)
            return new TransliterationFailure(_problems.ToImmutable());
        return _text.ToString().TrimEnd(Filler);
    }

    private void Step(char character)
    {
        if (TransliterationLookup.IsSeparator(character))
            EndComponent();
        else if (char.IsDigit(character))
            Report(TransliterationReason.Digit, 1);
        else if (TransliterationLookup.IsDiacritic(character))
            DropDiacritic();
        else if (!TryLetter(character))
            Omit(character);
    }

    private void EndComponent()
    {
        // Runs of separators, and those before the first letter, are one or none.
        if (_text.Length != 0 && _text[^1] != Filler)
            _text.Append(Filler);
        _last = null;
        _index++;
    }

    private bool TryLetter(char character)
    {
        if (TryTakeAllah())
            return true;
        if (_index + 1 < name.Length
            && TransliterationLookup.TryCompose(character, name[_index + 1], out var row))
        {
            Write(row, 2);
            return true;
        }

        if (char.IsAsciiLetter(character))
        {
            Write(TransliterationLookup.UpperCase(character).ToString(), isArabic: false, 1);
            return true;
        }

        if (!TransliterationLookup.TryFind(character, out row))
            return false;
        Write(row, 1);
        return true;
    }

    private void Write(TransliterationRow row, int length)
    {
        if (row.Mrz == TransliterationRow.Doubling)
        {
            Double(length);
            return;
        }

        var text = row.Mrz;
        foreach (var (condition, other) in row.Exceptions)
        {
            if (Holds(condition, row, _index + length))
                text = other;
        }

        Write(text, isArabic: row.Head is >= '\u0600' and <= '\u06FF', length);
    }

    private void Write(string text, bool isArabic, int length)
    {
        _text.Append(text);
        // Vowels and other characters that are not written do not come between a letter and its doubling.
        if (text.Length != 0)
            (_last, _lastIsArabic) = (text, isArabic);
        _index += length;
    }

    private bool Holds(TransliterationCase condition, TransliterationRow row, int next) => condition switch
    {
        TransliterationCase.Plain => choices.FormOf(row.Head) == LatinForm.Plain,
        TransliterationCase.Escaped => choices.FormOf(row.Head) == LatinForm.Escaped,
        TransliterationCase.Belarusian => choices.Language == CyrillicLanguage.Belarusian,
        TransliterationCase.Bulgarian => choices.Language == CyrillicLanguage.Bulgarian,
        TransliterationCase.Macedonian => choices.Language == CyrillicLanguage.Macedonian,
        TransliterationCase.Serbian => choices.Language == CyrillicLanguage.Serbian,
        TransliterationCase.Ukrainian => choices.Language == CyrillicLanguage.Ukrainian,
        TransliterationCase.UkrainianFirst => choices.Language == CyrillicLanguage.Ukrainian && _last is null,
        _ => EndsComponent(next),
    };

    /// <summary>True when nothing that is written follows in this component.</summary>
    private bool EndsComponent(int index)
    {
        while (index < name.Length && IsUnwritten(name[index]))
            index++;
        return index == name.Length || TransliterationLookup.IsSeparator(name[index]);
    }

    private static bool IsUnwritten(char character) => TransliterationLookup.TryFind(character, out var row)
        ? row.Mrz is "" or TransliterationRow.Doubling
        : !TransliterationLookup.IsSeparator(character) && TransliterationLookup.IsOmitted(character);

    /// <summary>
    /// The special case named beside the doubling mark, which this word has by tradition, printed or not (Doc 9303-3
    /// Appendix B §B.5.5.11).
    /// </summary>
    private bool TryTakeAllah()
    {
        if (!choices.UsesSpecialCaseOfAllah || name[_index] != Allah[0])
            return false;
        var end = _index;
        foreach (var letter in Allah)
        {
            while (end > _index && end < name.Length && IsUnwritten(name[end]))
                end++;
            if (end == name.Length || name[end] != letter)
                return false;
            end++;
        }

        if (!EndsComponent(end))
            return false;
        Write(AllahMrz, isArabic: true, end - _index);
        return true;
    }

    private void Double(int length)
    {
        if (_last is null || !_lastIsArabic)
        {
            Report(TransliterationReason.StrayMark, length);
            return;
        }

        _text.Append(_last);
        _index += length;
    }

    /// <summary>Diacritical marks are not permitted in the zone (Doc 9303-3 §4.3): the letter stands alone.</summary>
    private void DropDiacritic()
    {
        if (_last is null || _lastIsArabic)
            Report(TransliterationReason.StrayMark, 1);
        else
            _index++;
    }

    private void Omit(char character)
    {
        if (TransliterationLookup.IsOmitted(character))
            _index++;
        else
            Report(TransliterationReason.NoEntry, char.IsSurrogatePair(name, _index) ? 2 : 1);
    }

    private void Report(TransliterationReason reason, int length)
    {
        _problems.Add(new TransliterationProblem(_index + 1, reason));
        _index += length;
    }
}
