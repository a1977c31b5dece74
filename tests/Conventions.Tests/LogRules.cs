using System.Text.RegularExpressions;

namespace EdgeCheckpoint.Conventions.Tests;

/// <summary>A source-generated log method. Its event bears the method's name where the attribute gives none.</summary>
internal sealed record LogMethod(string Path, int EventId, string EventName, string Template, string Method, IReadOnlyList<string> Parameters);

/// <summary>Finds log calls in source text and what they may not carry: personal data, secrets, interpolated text.</summary>
internal static partial class LogRules
{
    /// <summary>Whole words of a name, so that EncounterId, ReleaseId and DocumentReader say what they say.</summary>
    private static readonly string[] Denied =
    [
        "Name", "Surname", "GivenName", "GivenNames", "Forename", "Alias", "Person", "Traveller", "Traveler", "Holder", "Mrz", "MrzText",
        "Document", "DocumentNumber", "Number", "BirthDate", "DateOfBirth", "Birth", "Born", "Age", "Nationality", "Sex", "Lines", "Note",
        "Passphrase", "Password", "Secret", "Pin", "Token", "Ticket", "PrivateKey", "Candidate", "Hit", "Entry", "Query", "Reading", "Scan",
        "Fields", "Message", "Exception", "Text", "Body", "Content", "Email", "Phone", "Address", "FullName", "PersonName", "PersonalPart",
        "StaffNumber", "UserName", "DisplayName", "MatchedName",
    ];

    /// <summary>Names that contain a person where another word says of what: allowed, with the reason.</summary>
    private static readonly Dictionary<string, string> DeniedParts = new()
    {
        ["surname"] = "a name",
        ["givenname"] = "a name",
        ["traveller"] = "a person",
        ["mrz"] = "the machine readable zone",
        ["birth"] = "a date of birth",
        ["passphrase"] = "a secret",
        ["password"] = "a secret",
        ["secret"] = "a secret",
        ["documentnumber"] = "a document number",
    };

    /// <summary>Personal types by which a parameter would carry everything at once, and exceptions, whose text quotes values.</summary>
    private static readonly string[] DeniedTypes =
    [
        "MrzReading", "MrzFields", "MatchQuery", "Candidate", "PersonalPart", "PersonalCandidate", "WatchlistEntry", "DocumentScan",
        "DocumentNumber", "PartialDate", "JoinTicket", "ScreeningResult", "ScanImage", "object", "Exception",
    ];

    internal static IReadOnlyList<LogMethod> Methods(string path, string source)
    {
        var methods = new List<LogMethod>();
        foreach (Match match in Declaration().Matches(source))
        {
            var attribute = match.Groups["attribute"].Value;
            var id = EventId().Match(attribute);
            var template = string.Concat(Literal().Matches(EventNameArgument().Replace(attribute, "")).Select(static part => part.Groups[1].Value));
            methods.Add(new LogMethod(
                path,
                id.Success ? int.Parse(id.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : -1,
                EventNameArgument().Match(attribute) is { Success: true } name ? name.Groups[1].Value : match.Groups["method"].Value,
                template,
                match.Groups["method"].Value,
                [.. match.Groups["parameters"].Value.Split(',').Select(static parameter => parameter.Trim()).Where(static parameter => parameter.Length != 0)]));
        }

        return methods;
    }

    /// <summary>What a log method may not carry, as sentences.</summary>
    internal static IEnumerable<string> Problems(LogMethod method)
    {
        foreach (Match placeholder in Placeholder().Matches(method.Template))
        {
            if (Reason(placeholder.Groups[1].Value) is { } reason)
                yield return $"{method.Path}: {method.Method} logs {placeholder.Value}, {reason}";
        }

        foreach (var parameter in method.Parameters)
        {
            var words = parameter.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var type = words.Length < 2 ? "" : words[^2].TrimEnd('?').Split('.')[^1];
            if (type.StartsWith("ILogger", StringComparison.Ordinal))
                continue;
            if (DeniedTypes.Contains(type))
                yield return $"{method.Path}: {method.Method} takes a {type}";
            if (Reason(words[^1]) is { } reason)
                yield return $"{method.Path}: {method.Method} takes {words[^1]}, {reason}";
        }
    }

    /// <summary>Log calls that bypass the source generator, or that interpolate.</summary>
    internal static IEnumerable<string> DirectCalls(string path, string source) =>
        DirectCall().Matches(source).Select(match => $"{path}: {match.Value.Trim()} … instead of a method of Log.cs");

    /// <summary>Calls of log methods whose arguments are interpolated: what is in the text cannot be checked by name.</summary>
    internal static IEnumerable<string> InterpolatedCalls(string path, string source, IReadOnlySet<string> methods)
    {
        foreach (Match match in Call().Matches(source))
        {
            if (methods.Contains(match.Groups[1].Value)
                && Arguments(source, match.Index + match.Length).Contains("$\"", StringComparison.Ordinal))
            {
                yield return $"{path}: {match.Groups[1].Value} is called with an interpolated text";
            }
        }
    }

    /// <summary>From behind an opening parenthesis to the one that closes it; parentheses in literals rarely come alone.</summary>
    private static ReadOnlySpan<char> Arguments(string source, int start)
    {
        var depth = 1;
        var end = start;
        for (; end < source.Length && depth > 0; end++)
            depth += source[end] switch { '(' => 1, ')' => -1, _ => 0 };
        return source.AsSpan(start, end - start);
    }

    private static string? Reason(string name) =>
        Denied.Contains(name, StringComparer.OrdinalIgnoreCase) ? "which may be personal or secret"
        : DeniedParts.FirstOrDefault(part => name.Contains(part.Key, StringComparison.OrdinalIgnoreCase)) is { Value: { } what } ? what
        : null;

    [GeneratedRegex(@"\[LoggerMessage\((?<attribute>(?:[^""\]]|""(?:[^""\\]|\\.)*"")*)\)\]\s*(?:\[[^\]]*\]\s*)*[\w\s]*?\bvoid\s+(?<method>\w+)\s*\((?<parameters>[^)]*)\)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\s*(?:EventId\s*=\s*|eventId:\s*)?(\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"EventName\s*=\s*""([^""]*)""")]
    private static partial Regex EventNameArgument();

    [GeneratedRegex(@"""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{@?\$?(\w+)(?:[,:][^}]*)?\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\.(\w+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"\.Log(?:Trace|Debug|Information|Warning|Error|Critical)?\(\s*(?:LogLevel|\$?@?""|\w+\s*,\s*\$?"")")]
    private static partial Regex DirectCall();
}
