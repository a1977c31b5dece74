using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A person of the EU's list while their lines are collected.</summary>
internal sealed class EuPerson(string id, string file, int line)
{
    private readonly List<ListedBirthDate> _birthDates = [];
    private readonly List<string> _nationalities = [];
    private readonly List<ListedDocument> _documents = [];
    private char _sex;

    public string Id { get; } = id;

    public string File { get; } = file;

    public int Line { get; } = line;

    public string Reference { get; init; } = "";

    public List<ListedName> Names { get; } = [];

    /// <summary>The first strong name is the primary one; a name that comes again keeps its better quality.</summary>
    public void AddName(string text, NameQuality quality)
    {
        if (text.Length == 0)
            return;
        if (quality == NameQuality.Good && Names.All(static name => name.Quality == NameQuality.Weak))
        {
            Names.RemoveAll(name => name.Text == text);
            Names.Insert(0, new ListedName(text, NameQuality.Primary));
            return;
        }

        var known = Names.FindIndex(name => name.Text == text);
        if (known < 0)
            Names.Add(new ListedName(text, quality));
        else if (quality < Names[known].Quality)
            Names[known] = new ListedName(text, quality);
    }

    public void AddBirthDate(ListedBirthDate date)
    {
        if (!_birthDates.Contains(date))
            _birthDates.Add(date);
    }

    public void AddNationality(string state)
    {
        var code = CountryCodes.CodeOrName(EuWords.State(state));
        if (code.Length > 0 && !_nationalities.Contains(code))
            _nationalities.Add(code);
    }

    public void AddDocument(ListedDocument document)
    {
        if (!_documents.Contains(document))
            _documents.Add(document);
    }

    public void SetSex(string word)
    {
        if (word.Length > 0)
            _sex = word.Trim('.').ToUpperInvariant() switch { "M" or "MALE" => 'M', "F" or "FEMALE" => 'F', _ => _sex };
    }

    public WatchlistEntry ToEntry(ListDefaults defaults) => defaults.Entry(new ListedPerson
    {
        EntryId = Id,
        Reference = Reference,
        // Where a list has weak names only, the first of them still is what the person is called.
        Names = Names[0].Quality == NameQuality.Primary ? [.. Names] : [Names[0] with { Quality = NameQuality.Primary }, .. Names.Skip(1)],
        BirthDates = [.. _birthDates],
        Nationalities = [.. _nationalities],
        Sex = _sex,
        Documents = [.. _documents],
    });
}
