using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// Reads who is to get a ticket from a CSV file with a heading: <c>post</c>, and if wanted <c>serial</c> (the board is then admitted at
/// once) and <c>replaces</c> (an appliance's identifier). The file is taken whole or not at all; every wrong row is named.
/// </summary>
internal static class TicketOrderReader
{
    /// <summary>Tickets of one file at most: more than a site rolls out in the three days that a ticket lives.</summary>
    public const int OrdersMax = 200;

    private static readonly string[] Columns = ["post", "serial", "replaces"];

    /// <returns>The orders, or every problem with its line.</returns>
    public static Result<IReadOnlyList<TicketOrder>, IReadOnlyList<string>> Read(TextReader csv)
    {
        var orders = new List<TicketOrder>();
        var problems = new List<string>();
        var serials = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            string[]? heading = null;
            foreach (var row in new CsvReader(csv).ReadRows())
            {
                if (heading is null)
                {
                    heading = [.. row.Fields.Select(static field => field.Trim().ToLowerInvariant())];
                    if (ProblemOf(heading) is { } problem)
                        return new[] { $"line {row.Line}: {problem}" };
                    continue;
                }

                Take(row, heading, orders, problems, serials);
            }
        }
        catch (ListFileException fault)
        {
            problems.Add($"line {fault.Line}, column {fault.Column}: {fault.Message}");
        }

        if (orders.Count == 0 && problems.Count == 0)
            problems.Add("the file names no post");
        if (orders.Count > OrdersMax)
            problems.Add($"{orders.Count} tickets; at most {OrdersMax} are made at once");
        return problems.Count == 0 ? orders : problems;
    }

    private static void Take(CsvRow row, string[] heading, List<TicketOrder> orders, List<string> problems, Dictionary<string, int> serials)
    {
        if (row.Fields.Count != heading.Length)
        {
            problems.Add($"line {row.Line}: {row.Fields.Count} fields; the heading has {heading.Length}");
            return;
        }

        string Field(string name) => Array.IndexOf(heading, name) is >= 0 and var at ? row.Fields[at].Trim() : "";
        var order = new TicketOrder(Field("post"), Field("serial"), Field("replaces"));
        if (TicketText.ProblemOf(order.PostName, isRequired: true) is { } post)
            problems.Add($"line {row.Line}: post {post}");
        else if (TicketText.ProblemOf(order.Serial, isRequired: false) is { } serial)
            problems.Add($"line {row.Line}: serial {serial}");
        else if (order.Serial.Length > 0 && !serials.TryAdd(order.Serial, row.Line))
            problems.Add($"line {row.Line}: serial {order.Serial} stands in line {serials[order.Serial]} too");
        else
            orders.Add(order);
    }

    private static string? ProblemOf(string[] heading) =>
        !heading.Contains("post") ? "there is no column named post"
        : heading.FirstOrDefault(static name => !Columns.Contains(name)) is { } unknown ? $"there is no column named {unknown}; there are {string.Join(", ", Columns)}"
        : heading.Distinct().Count() != heading.Length ? "a column stands twice"
        : null;
}

/// <summary>What a post and a board may be called.</summary>
internal static class TicketText
{
    private const int LengthMax = 64;

    /// <summary>What is wrong with a text, to follow its name; null when nothing is.</summary>
    public static string? ProblemOf(string text, bool isRequired) =>
        text.Length <= LengthMax && (text.Length > 0 || !isRequired) && !text.Any(char.IsControl)
            ? null
            : $"takes a text of {(isRequired ? 1 : 0)} to {LengthMax} characters";
}
