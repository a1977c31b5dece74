using System.Collections.Immutable;

namespace EdgeCheckpoint.Names;

/// <summary>
/// Turns names into the tokens that are indexed, searched and compared. Travellers and lists pass through the same rules, so
/// that what one side glues the other does too.
/// </summary>
/// <remarks>
/// Steps: (1) readings of the text (<see cref="NameReadings"/>); (2) fields; (3) folding and words; (4) articles left out,
/// compounds glued (<see cref="TokenGluing"/>); (5) traits.
/// </remarks>
public static class NamePreparation
{
    /// <summary>Most tokens of a name; what follows is left out, since no name has so many and alignment is quadratic.</summary>
    public const int TokensMax = 16;

    /// <summary>A traveller's name as the machine readable zone has it.</summary>
    /// <param name="surname">Primary identifier; may be empty.</param>
    /// <param name="givenNames">Secondary identifiers; may be empty.</param>
    /// <returns>Surname first; empty when nothing can be folded.</returns>
    public static ImmutableArray<NameToken> Query(string surname, string givenNames) =>
        Prepare([(NameFolding.Fold(surname), NameField.Surname), (NameFolding.Fold(givenNames), NameField.Given)]);

    /// <summary>A traveller's name in one text: "SURNAME, Given" and "Given SURNAME" are understood.</summary>
    public static ImmutableArray<NameToken> Query(string fullName)
    {
        var readings = Listed(fullName);
        return readings.IsEmpty ? [] : readings[0];
    }

    /// <summary>
    /// The readings of a listed name: one for a plain Latin name, more for letters that States romanise differently and for
    /// texts that hold several spellings.
    /// </summary>
    /// <returns>The MRZ's reading first; no reading is empty and none is there twice; none when nothing can be folded.</returns>
    public static ImmutableArray<ImmutableArray<NameToken>> Listed(string name)
    {
        var readings = ImmutableArray.CreateBuilder<ImmutableArray<NameToken>>();
        foreach (var reading in NameReadings.Of(name))
        {
            var tokens = Prepare(reading);
            if (!tokens.IsEmpty && !readings.Any(known => known.SequenceEqual(tokens)))
                readings.Add(tokens);
        }

        return readings.ToImmutable();
    }

    private static ImmutableArray<NameToken> Prepare(ReadOnlySpan<(string Folded, NameField Field)> parts)
    {
        var words = new List<NameToken>();
        foreach (var (folded, field) in parts)
        {
            foreach (var word in folded.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                words.Add(new NameToken(word, field, TokenTraits.None));
        }

        return Finish(Glue(words));
    }

    /// <summary>Step 4.</summary>
    private static List<NameToken> Glue(List<NameToken> words)
    {
        var tokens = new List<NameToken>(words.Count);
        for (var i = 0; i < words.Count; i++)
        {
            var (text, field, _) = words[i];
            // An article needs something to belong to in its own field; else AL is a name like any other.
            var hasNext = i + 1 < words.Count && words[i + 1].Field == field;
            var hasLast = tokens.Count > 0 && tokens[^1].Field == field;
            if (hasNext && (NameWords.IsPlainArticle(text) || (hasLast && NameWords.IsArticle(text))))
                continue;
            if (hasLast && TokenGluing.IsEnd(text) && tokens[^1].Text.Length > 1 && !NameWords.IsParticle(tokens[^1].Text))
            {
                tokens[^1] = new NameToken(tokens[^1].Text + TokenGluing.End(text), field, TokenTraits.Joined);
                continue;
            }

            if (hasNext && (NameWords.IsServant(text) || NameWords.IsFather(text)))
            {
                var next = i + 1;
                if (NameWords.IsArticle(words[next].Text) && next + 1 < words.Count && words[next + 1].Field == field)
                    next++;
                var isServant = NameWords.IsServant(text);
                var head = isServant ? "ABD" : text[0] == 'A' ? "ABU" : "UMM";
                var rest = isServant && TokenGluing.IsEnd(words[next].Text) ? TokenGluing.End(words[next].Text) : TokenGluing.Rewrite(words[next].Text);
                tokens.Add(new NameToken(head + NameGroups.Canonical(rest), field, TokenTraits.Joined | (isServant ? TokenTraits.None : TokenTraits.Kunya)));
                i = next;
                continue;
            }

            var rewritten = TokenGluing.Rewrite(text);
            tokens.Add(new NameToken(rewritten, field, rewritten == text ? TokenTraits.None : TokenTraits.Joined));
        }

        return tokens;
    }

    /// <summary>Step 5.</summary>
    private static ImmutableArray<NameToken> Finish(List<NameToken> tokens)
    {
        var count = Math.Min(tokens.Count, TokensMax);
        var finished = ImmutableArray.CreateBuilder<NameToken>(count);
        var substantial = tokens.Count(static token => token.Text.Length > 1 && !NameWords.IsParticle(token.Text));
        var hasPatronymic = false;
        for (var i = 0; i < count; i++)
        {
            var (text, field, traits) = tokens[i];
            if (text.Length == 1)
                traits |= TokenTraits.Initial;
            // A name of particles only is still a name: then they are what there is to compare.
            else if (substantial > 0 && (NameWords.IsParticle(text) || (NameWords.IsTitle(text) && Names(tokens, field) > (field == NameField.Unknown ? 1 : 0))))
                traits |= TokenTraits.Particle;
            else if (NameWords.IsCommon(text))
                traits |= TokenTraits.Common;
            if ((traits & TokenTraits.Particle) == 0 && NameGroups.IsSyllable(text))
                traits |= TokenTraits.Syllable;
            if (i > 0 && NameWords.IsSon(tokens[i - 1].Text) && field != NameField.Surname)
                traits |= TokenTraits.Patronymic;
            if (!hasPatronymic && i > 0 && substantial > 2 && field != NameField.Surname && NameWords.EndsAsPatronymic(text))
            {
                hasPatronymic = true;
                traits |= TokenTraits.Patronymic;
            }

            finished.Add(new NameToken(text, field, traits));
        }

        return finished.ToImmutable();
    }

    /// <summary>How many tokens of a field are names beyond doubt.</summary>
    private static int Names(List<NameToken> tokens, NameField field) => tokens.Count(token =>
        token.Field == field && token.Text.Length > 1 && !NameWords.IsParticle(token.Text) && !NameWords.IsTitle(token.Text));
}
