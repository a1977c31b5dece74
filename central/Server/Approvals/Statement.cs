using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Approvals;

/// <summary>
/// What is approved, as lines of text. People read exactly the bytes that are hashed: there is no other form that could say
/// something else.
/// </summary>
internal sealed record Statement(ApprovalKind Kind, string Text)
{
    private const string New = "none yet";

    /// <summary>SHA-256 over the text in UTF-8.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    public byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    public static Statement Of(Approval approval) => new(approval.Kind, Encoding.UTF8.GetString(approval.Content));

    /// <param name="before">Null for a new account.</param>
    public static Statement ForRole(string name, string staffNumber, StaffRole role, StaffRole? before) => new(
        ApprovalKind.Role,
        Lines(("grant", role.Word()), ("to account", name), ("staff number", staffNumber), ("role so far", before?.Word() ?? New)));

    /// <param name="documents">A line for each list of stolen, lost and invalidated documents.</param>
    public static Statement ForWatchlist(
        long version, string title, int entryCount, IEnumerable<string> documents, byte[] stateRoot, byte[] metadata) => new(
        ApprovalKind.Watchlist,
        Lines([
            ("offer watchlist version", version.ToString(CultureInfo.InvariantCulture)), ("title", title),
            ("entries", entryCount.ToString(CultureInfo.InvariantCulture)),
            .. documents.Select(static list => ("documents", list)),
            ("state root", Convert.ToHexStringLower(stateRoot)),
            ("metadata", Convert.ToHexStringLower(SHA256.HashData(metadata))),
        ]));

    /// <param name="accounts">A line for each account.</param>
    /// <param name="metadata">Of the release of each appliance.</param>
    public static Statement ForPeople(long version, IEnumerable<string> accounts, IEnumerable<(string ApplianceId, byte[] Metadata)> metadata) => new(
        ApprovalKind.People,
        Lines([
            ("issue accounts version", version.ToString(CultureInfo.InvariantCulture)),
            .. accounts.Select(static account => ("account", account)),
            .. metadata.Select(static release => ("metadata", $"{release.ApplianceId} {Convert.ToHexStringLower(SHA256.HashData(release.Metadata))}")),
        ]));

    /// <param name="lines">The first says what is done to which entry, and names nobody.</param>
    public static Statement ForEntry(IReadOnlyCollection<(string Label, string Value)> lines) => new(ApprovalKind.Entry, Lines([.. lines]));

    /// <summary>The value of the first line with this label; empty when there is none.</summary>
    public string Value(string label)
    {
        foreach (var line in Text.Split('\n'))
        {
            if (line.StartsWith(label + ": ", StringComparison.Ordinal))
                return line[(label.Length + 2)..];
        }

        return "";
    }

    /// <summary>The role that is granted, to whom, and whether the account is new; null for another kind.</summary>
    public (string Name, string StaffNumber, StaffRole Role, bool IsNew)? Role =>
        Kind == ApprovalKind.Role && StaffRoles.Parse(Value("grant")) is { } role
            ? (Value("to account"), Value("staff number"), role, Value("role so far") == New)
            : null;

    private static string Lines(params ReadOnlySpan<(string Label, string Value)> lines)
    {
        var text = new StringBuilder();
        foreach (var (label, value) in lines)
            text.Append(label).Append(": ").Append(value.Replace('\n', ' ').Replace('\r', ' ')).Append('\n');
        return text.ToString();
    }
}
