using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint screen</c>: names against a bench package, for list staff and measurements.</summary>
internal static class ScreenCommand
{
    private const string Help = """
        Screens names against a package for the bench: one JSON object a line on standard input, one on standard output.
          in:  {"surname":"ERIKSSON","given_names":"ANNA MARIA"} as a document has them, or {"name":"ERIKSSON, Anna Maria"} where nobody
               knows the parts (any script; every reading is searched), and as far as known
               birth_date (1974-08-12, 1974-08 or 1974, several parted by |), nationality, sex (M, F, X), document_number, issuing_state,
               truncated (true: the name field was full), top (candidates at most); id is passed over
          out: {"candidates":[{"entry_id":"...","score":0.97,"level":"alert","reasons":["..."]}],"elapsed_us":180}
        "comparable":false is added when no part of the name can be compared: nothing found then means nothing.
        level is alert for what an officer would see, weak for the supervisor's queue. reasons names differences first.
        Only packages of 'central-checkpoint watchlists compile' are read; the installed list is out of reach of this command.
        Exit code 1 when a line of input could not be used.
        """;

    internal static Command Create()
    {
        var package = new Option<FileInfo>("--package") { Description = "The package.", Required = true, HelpName = "FILE" };
        var report = new Option<bool>("--report") { Description = "Writes latency percentiles and memory to standard error at the end." };
        var date = new Option<DateOnly?>("--date") { Description = "The day of inspection, YYYY-MM-DD; today when left out." };
        var command = new Command("screen", Help) { package, report, date };
        command.SetAction((result, cancellationToken) =>
            RunAsync(result.GetValue(package)!, result.GetValue(report), result.GetValue(date), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo file, bool report, DateOnly? date, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        try
        {
            using var mapped = new MappedPackage(file.FullName);
            if (!WatchlistPackage.Open(mapped, checkRecords: false).TryGet(out var package, out var failure))
            {
                await System.Console.Error.WriteLineAsync($"{file.FullName} is refused. {failure}.");
                return 1;
            }

            var day = date ?? DateOnly.FromDateTime(time.GetLocalNow().DateTime);
            var latencies = new List<double>();
            var screening = new Screening(package, day, time, latencies);
            screening.WarmUp();
            var opened = time.GetElapsedTime(start);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var anticipated = screening.AnticipateAsync(ended.Token);
            int code;
            try
            {
                code = await MrzCommand.RunAsync(screening.Answer, cancellationToken);
            }
            finally
            {
                // The map must not go while names are still looked up in it.
                await ended.CancelAsync();
                await anticipated;
            }

            if (report)
                await ReportAsync(package, mapped.Length, opened, latencies);
            return code;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await System.Console.Error.WriteLineAsync($"{file.FullName} cannot be read: {fault.Message}");
            return 1;
        }
    }

    private static Task ReportAsync(WatchlistPackage package, long mappedBytes, TimeSpan opened, List<double> latencies)
    {
        latencies.Sort();
        double At(double share) => latencies.Count == 0 ? 0 : latencies[Math.Min(latencies.Count - 1, (int)(share * latencies.Count))];
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"package   {package.EntryCount:#,0} entries, {package.NameCount:#,0} names, ready after {opened.TotalMilliseconds:0} ms");
        text.AppendLine(CultureInfo.InvariantCulture, $"queries   {latencies.Count:#,0}");
        text.AppendLine(CultureInfo.InvariantCulture, $"latency   mean {(latencies.Count == 0 ? 0 : latencies.Average()):0} us, p50 {At(0.5):0}, p95 {At(0.95):0}, p99 {At(0.99):0}, worst {At(1):0}");
        text.Append(CultureInfo.InvariantCulture, $"memory    {mappedBytes / 1048576.0:0.0} MiB mapped, {GC.GetTotalMemory(forceFullCollection: true) / 1048576.0:0.0} MiB managed");
        return System.Console.Error.WriteLineAsync(text.ToString());
    }

    /// <summary>Answers one line.</summary>
    internal sealed class Screening(WatchlistPackage package, DateOnly day, TimeProvider time, List<double> latencies)
    {
        private static readonly string[] Texts =
            ["name", "surname", "given_names", "birth_date", "nationality", "sex", "document_number", "issuing_state"];

        private readonly WatchlistMatcher _matcher = new(package, MatchThresholds.Current);

        /// <summary>Searches for nobody once, so that the first traveller does not wait for memory and compilation.</summary>
        internal void WarmUp() => _matcher.Screen(
            new MatchQuery { Surname = "SPECIMEN", GivenNames = "WARM UP" }, day, isClockDoubtful: false);

        /// <summary>
        /// Looks up the list's common names meanwhile, as the appliance does after it opened a list. With one core it would only
        /// delay the first answers.
        /// </summary>
        internal Task AnticipateAsync(CancellationToken cancellationToken) =>
            Environment.ProcessorCount > 1 ? Task.Run(() => _matcher.Anticipate(cancellationToken), CancellationToken.None) : Task.CompletedTask;

        internal string? Answer(JsonElement request, Utf8JsonWriter writer)
        {
            foreach (var property in request.EnumerateObject())
            {
                var isKind = Texts.Contains(property.Name) ? property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null
                    : property.Name switch
                    {
                        "top" => property.Value.ValueKind == JsonValueKind.Number,
                        "truncated" => property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                        _ => true,
                    };
                // Left out in silence, a date written as a number would be a traveller without one.
                if (!isKind)
                    return $"\"{property.Name}\" has a value of the wrong kind; see 'edge-checkpoint screen --help'.";
                if (!Texts.Contains(property.Name) && property.Name is not ("top" or "truncated" or "id"))
                    return $"there is no field \"{property.Name}\"; see 'edge-checkpoint screen --help'.";
            }

            var (surname, givenNames) = (Text(request, "surname"), Text(request, "given_names"));
            var name = Text(request, "name");
            if (name.Length + surname.Length + givenNames.Length == 0)
                return "a name is missing: \"name\", or \"surname\" and \"given_names\".";
            if (Text(request, "sex").ToUpperInvariant() is not ("" or "M" or "F" or "X"))
                return "\"sex\" is none of M, F and X.";
            var births = new List<PartialDate>();
            foreach (var text in Text(request, "birth_date").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (!PartialDate.TryParse(text, out var date))
                    return "\"birth_date\" is no date of the form 1974-08-12, 1974-08 or 1974.";
                births.Add(date);
            }

            var top = request.TryGetProperty("top", out var element) && element.TryGetInt32(out var count)
                ? Math.Clamp(count, 1, 100)
                : MatchThresholds.Current.CandidatesMax;
            var query = new MatchQuery
            {
                Surname = surname,
                GivenNames = givenNames,
                FullName = name,
                IsTruncated = request.TryGetProperty("truncated", out var truncated) && truncated.ValueKind == JsonValueKind.True,
                BirthDate = births.FirstOrDefault(),
                OtherBirthDates = [.. births.Skip(1)],
                Nationality = Text(request, "nationality") is { Length: > 0 } nationality ? StateCodes.Canonical(nationality) : "",
                Sex = Text(request, "sex").ToUpperInvariant() is [var sex] && sex is 'M' or 'F' or 'X' ? sex : '\0',
                DocumentNumber = DocumentNumber.Parse(Text(request, "document_number")),
                IssuingState = Text(request, "issuing_state") is { Length: > 0 } issuer ? StateCodes.Canonical(issuer) : "",
            };
            Write(query, top, writer);
            return null;
        }

        private void Write(MatchQuery query, int top, Utf8JsonWriter writer)
        {
            var start = time.GetTimestamp();
            var result = _matcher.Screen(query, day, isClockDoubtful: false, top);
            var elapsed = time.GetElapsedTime(start).TotalMicroseconds;
            latencies.Add(elapsed);
            writer.WriteStartObject();
            writer.WriteStartArray("candidates");
            foreach (var candidate in result.Candidates)
            {
                writer.WriteStartObject();
                writer.WriteString("entry_id", candidate.Entry.EntryId);
                writer.WriteNumber("score", Math.Round(candidate.Score, 4));
                writer.WriteString("level", candidate.Level == CandidateLevel.Alert ? "alert" : "weak");
                writer.WriteString("matched_name", candidate.MatchedName);
                writer.WriteStartArray("reasons");
                foreach (var reason in candidate.Differences)
                    writer.WriteStringValue(reason);
                foreach (var reason in candidate.Agreements)
                    writer.WriteStringValue(reason);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            // Nothing was compared, so nothing found means nothing: not a clearance.
            if (!WatchlistMatcher.CanCompare(query))
                writer.WriteBoolean("comparable", false);
            writer.WriteNumber("elapsed_us", Math.Round(elapsed, 1));
            writer.WriteEndObject();
        }

        private static string Text(JsonElement request, string name) =>
            request.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : "";
    }
}
