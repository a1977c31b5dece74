using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary>Where the columns of a row of two people stand, and the answer to such a row.</summary>
internal sealed class NamePairColumns
{
    private readonly int _columnCount;
    private readonly Side _left;
    private readonly Side _right;

    private NamePairColumns(int columnCount, Side left, Side right) => (_columnCount, _left, _right) = (columnCount, left, right);

    /// <summary>Reads the header; null with a sentence when a column is missing or there twice.</summary>
    internal static NamePairColumns? TryRead(string header, out string? problem)
    {
        var names = header.Split('\t', StringSplitOptions.TrimEntries);
        foreach (var name in (string[])["name_a", "dob_a", "country_a", "name_b", "dob_b", "country_b"])
        {
            var count = names.Count(other => other == name);
            if (count > 1)
            {
                problem = $"the column {name} is there {count} times.";
                return null;
            }

            if (count == 0 && name is "name_a" or "name_b")
            {
                problem = $"there is no column {name}; columns are parted by tabs.";
                return null;
            }
        }

        problem = null;
        return new NamePairColumns(names.Length, Side.In(names, "a"), Side.In(names, "b"));
    }

    /// <summary>Score, match and, if asked for, the explanation, parted by tabs.</summary>
    /// <param name="problem">
    /// A sentence when something is wrong with the row. Without both names the cells are empty; a bad date only counts less.
    /// </param>
    internal string Answer(string line, bool isNameOnly, bool isExplained, out string? problem)
    {
        var unusable = isExplained ? "\t\t" : "\t";
        var cells = line.Split('\t');
        if (cells.Length != _columnCount)
        {
            problem = $"{cells.Length} columns where the header has {_columnCount}.";
            return unusable;
        }

        if (Person(cells, _left, isNameOnly, out problem) is not { } left
            || Person(cells, _right, isNameOnly, out var second) is not { } right)
        {
            problem ??= $"name_{_right.Letter} is empty.";
            return unusable;
        }

        problem ??= second;

        // A name in a script that is not read is no fault of the row: there is no likeness, and the explanation says why.
        if (left.Names.IsEmpty || right.Names.IsEmpty)
            return isExplained ? "0.0000\t0\ta name has no letter that can be compared" : "0.0000\t0";

        var thresholds = MatchThresholds.Current;
        var score = PairScore.Of(left, right, isNameOnly, thresholds);
        // Rounded first, so that nobody reads 0.70 beside "no match".
        var rounded = Math.Round(score.Score, 4);
        var answer = string.Create(CultureInfo.InvariantCulture, $"{rounded:0.0000}\t{(rounded >= thresholds.Pair ? 1 : 0)}");
        return isExplained ? $"{answer}\t{Explain(score, isNameOnly)}" : answer;
    }

    private static ComparedPerson? Person(string[] cells, Side side, bool isNameOnly, out string? problem)
    {
        if (string.IsNullOrWhiteSpace(cells[side.Name]))
        {
            problem = $"name_{side.Letter} is empty.";
            return null;
        }

        problem = null;
        var names = NamePreparation.Listed(cells[side.Name]);
        if (isNameOnly)
            return new ComparedPerson(names, [], []);
        var births = ImmutableArray.CreateBuilder<ListedBirthDate>();
        foreach (var text in Values(cells, side.BirthDate))
        {
            if (TryBirthDate(text, out var birth))
            {
                births.Add(birth);
                continue;
            }

            // A month of 14 is a slip in data that is otherwise good: the row is told of, and still answered by the year.
            problem = $"dob_{side.Letter}: {text} is no date; YYYY, YYYY-MM or YYYY-MM-DD is expected, several parted by |.";
            if (text.Length >= 4 && TryBirthDate(text[..4], out birth))
                births.Add(birth);
        }

        return new ComparedPerson(names, births.ToImmutable(), [.. Values(cells, side.Country)]);
    }

    private static string[] Values(string[] cells, int column) => column < 0
        ? [] : cells[column].Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool TryBirthDate(string text, out ListedBirthDate birth)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var from = default(PartialDate);
        var to = default(PartialDate);
        var isRead = slash < 0
            ? PartialDate.TryParse(text, out from)
            : PartialDate.TryParse(text.AsSpan(0, slash), out from) && PartialDate.TryParse(text.AsSpan(slash + 1), out to);
        if (slash < 0)
            to = from;
        birth = new ListedBirthDate(from, to, false);
        return isRead && (slash < 0 || from <= to);
    }

    private static string Explain(PairScore score, bool isNameOnly)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"name {score.Name:0.00}");
        if (!isNameOnly)
            text.Append(CultureInfo.InvariantCulture, $"; date of birth {score.BirthDate.Words()}");
        if (score.Left.IsEmpty || score.Right.IsEmpty)
            return text.Append("; nothing in common").ToString();
        foreach (var pair in score.Explain().Pairs)
        {
            text.Append("; ");
            if (pair.ListToken.Length == 0)
                text.Append(pair.QueryToken).Append(" only in a");
            else if (pair.QueryToken.Length == 0)
                text.Append(pair.ListToken).Append(pair.Similarity > 0 ? " written together in a" : " only in b");
            else
                text.Append(CultureInfo.InvariantCulture, $"{pair.QueryToken} ~ {pair.ListToken} ({pair.Rule}, {pair.Similarity:0.00})");
        }

        return text.ToString();
    }

    /// <summary>Columns of one of the two; -1 for a column that is not there.</summary>
    private readonly record struct Side(string Letter, int Name, int BirthDate, int Country)
    {
        internal static Side In(string[] names, string letter) => new(
            letter, Array.IndexOf(names, $"name_{letter}"), Array.IndexOf(names, $"dob_{letter}"), Array.IndexOf(names, $"country_{letter}"));
    }
}
