using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>import.json of a source's folder: what the options of the command would say. Every property may be left out; others are refused.</summary>
internal sealed record FolderDefaults
{
    public const string FileName = "import.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public string List { get; init; } = "";

    public string Owner { get; init; } = "";

    public string LegalBasis { get; init; } = "";

    public string Purpose { get; init; } = "";

    public string Action { get; init; } = "";

    public string Evidence { get; init; } = "";

    public DateOnly? ExpiresOn { get; init; }

    public string Contact { get; init; } = "";

    /// <summary>The defaults of a folder; none where it has no such file.</summary>
    /// <exception cref="ListFileException">The file is there and cannot be used.</exception>
    public static ListDefaults Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return new ListDefaults();
        try
        {
            var read = JsonSerializer.Deserialize<FolderDefaults>(File.ReadAllText(path), Options) ?? new FolderDefaults();
            return new ListDefaults
            {
                ListName = read.List,
                Owner = read.Owner,
                LegalBasis = read.LegalBasis,
                Purpose = read.Purpose,
                Contact = read.Contact,
                Action = read.Action.Length == 0 ? null : Word(ListWords.Actions, read.Action),
                Evidence = read.Evidence.Length == 0 ? null : Word(ListWords.Evidence, read.Evidence),
                ExpiresOn = read.ExpiresOn,
            };
        }
        catch (JsonException fault)
        {
            throw new ListFileException((int)(fault.LineNumber ?? 0) + 1, 1, "it is not an object of the known properties", FileName);
        }
    }

    private static T Word<T>(IReadOnlyDictionary<string, T> words, string word) => words.TryGetValue(word, out var known)
        ? known
        : throw new ListFileException(0, 0, $"'{word}' is none of {string.Join(", ", words.Keys.Order(StringComparer.Ordinal))}", FileName);
}
