using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary>
/// <c>edge-checkpoint mrz</c>: JSON Lines in, JSON Lines out. One line of input gives one line of output, so that the two can
/// be laid side by side, blank lines apart; a line that cannot be used gives an object with <c>error</c>, and the exit code tells of it.
/// </summary>
internal static class MrzCommand
{
    private const string ReadHelp = """
        Reads machine readable zones: one JSON object a line on standard input, one on standard output.
          in:  {"lines":["P<UTO...","L898902C3..."],"inspection_date":"2026-11-23"}   (the date may be left out: today)
          out: {"format":"TD3","strict_valid":true,"practice_valid":true,"fields":{...},"problems":[...],"repairs":[...]}
        strict_valid follows the letter of Doc 9303, practice_valid accepts known deviations of real documents, each named in
        problems; both judge the lines as given. fields are those after repair: repairs names each changed character.
        Dates stand as in the zone (birth_date, empty when all filler) and as understood on the day of inspection (birth_date_iso).
        Exit code 1 when a line of input could not be used.
        """;

    internal static Command Create()
    {
        var command = new Command("mrz", ReadHelp) { MrzWriteCommand.Create() };
        command.SetAction((_, cancellationToken) => RunAsync(MrzReadingJson.Answer, cancellationToken));
        return command;
    }

    /// <summary>Answers every line of standard input; the answer is written before the next line is read.</summary>
    internal static async Task<int> RunAsync(Func<JsonElement, Utf8JsonWriter, string?> answer, CancellationToken cancellationToken)
    {
        await using var output = System.Console.OpenStandardOutput();
        using var input = new StreamReader(System.Console.OpenStandardInput(), Encoding.UTF8);
        var (number, failures) = (0, 0);
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var answerBytes = Answer(line, answer, out var error);
            if (error is not null)
            {
                failures++;
                await System.Console.Error.WriteLineAsync($"Line {number}: {error}");
            }

            await output.WriteAsync(answerBytes, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        return failures == 0 ? 0 : 1;
    }

    /// <summary>One line of JSON with its line end.</summary>
    internal static byte[] Answer(string line, Func<JsonElement, Utf8JsonWriter, string?> answer, out string? error)
    {
        using var buffer = new MemoryStream();
        error = TryAnswer(line, answer, buffer);
        if (error is not null)
        {
            buffer.SetLength(0);
            using var writer = new Utf8JsonWriter(buffer, MrzJson.WriterOptions);
            writer.WriteStartObject();
            writer.WriteString("error", error);
            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static string? TryAnswer(string line, Func<JsonElement, Utf8JsonWriter, string?> answer, MemoryStream buffer)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return "a JSON object is expected, such as {\"lines\":[\"...\",\"...\"]}.";
            using var writer = new Utf8JsonWriter(buffer, MrzJson.WriterOptions);
            return answer(document.RootElement, writer);
        }
        catch (JsonException fault)
        {
            return $"this is no JSON (byte {fault.BytePositionInLine + 1}).";
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a JSON string has no text.
            return "a text holds characters that Unicode does not have.";
        }
    }
}
