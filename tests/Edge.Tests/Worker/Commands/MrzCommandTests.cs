using System.Text;
using System.Text.Json;
using EdgeCheckpoint.Worker.Commands;

namespace EdgeCheckpoint.Edge.Tests.Worker.Commands;

public sealed class MrzCommandTests
{
    private const string Specimen =
        """{"lines":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO74O8122F1204159ZE184226B<<<<<10"],"inspection_date":"2010-01-01"}""";

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"lines":"P<UTO"}""")]
    [InlineData("""{"lines":[5]}""")]
    [InlineData("""{"lines":["\ud800"]}""")]
    [InlineData("""{"lines":["P"],"inspection_date":"23.11.2026"}""")]
    [InlineData("""{"lines":["","","","","","","","","","","","","","","","",""]}""")]
    public void Read_LineThatCannotBeUsed_AnswersWithAnError(string line)
    {
        using var answer = Answer(line, MrzReadingJson.Answer, out var error);

        Assert.NotNull(error);
        Assert.Equal(error, answer.RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public void Read_MisreadSpecimen_GivesFieldsProblemsAndRepairs()
    {
        using var answer = Answer(Specimen, MrzReadingJson.Answer, out var error);
        var root = answer.RootElement;

        Assert.Null(error);
        Assert.Equal("TD3", root.GetProperty("format").GetString());
        Assert.False(root.GetProperty("strict_valid").GetBoolean());
        Assert.False(root.GetProperty("practice_valid").GetBoolean());
        Assert.True(root.GetProperty("valid_after_repair").GetBoolean());
        var fields = root.GetProperty("fields");
        Assert.Equal("740812", fields.GetProperty("birth_date").GetString());
        Assert.Equal("1974-08-12", fields.GetProperty("birth_date_iso").GetString());
        Assert.Equal("ANNA MARIA", fields.GetProperty("given_names").GetString());
        Assert.False(root.GetProperty("plausibility").GetProperty("expired").GetBoolean());
        var repair = Assert.Single(root.GetProperty("repairs").EnumerateArray());
        Assert.Equal(("birth_date", 2, 16, "O", "0"), (
            repair.GetProperty("field").GetString(), repair.GetProperty("line").GetInt32(), repair.GetProperty("column").GetInt32(),
            repair.GetProperty("from").GetString(), repair.GetProperty("to").GetString()));
        Assert.Contains(root.GetProperty("problems").EnumerateArray(), static problem =>
            problem.GetProperty("code").GetString() == "forbidden_character" && problem.GetProperty("column").GetInt32() == 16);
    }

    [Fact]
    public void Read_UnknownFormat_HasNoFields()
    {
        using var answer = Answer("""{"lines":["A"]}""", MrzReadingJson.Answer, out var error);

        Assert.Null(error);
        Assert.Equal("unknown", answer.RootElement.GetProperty("format").GetString());
        Assert.Empty(answer.RootElement.GetProperty("fields").EnumerateObject());
    }

    [Fact]
    public void Write_AnswerOfRead_GivesTheLinesBack()
    {
        var read = Encoding.UTF8.GetString(MrzCommand.Answer(Specimen.Replace("74O8", "7408"), MrzReadingJson.Answer, out _));

        using var answer = Answer(read, MrzWritingJson.Answer, out var error);

        Assert.Null(error);
        Assert.Equal(
            ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
            answer.RootElement.GetProperty("lines").EnumerateArray().Select(static line => line.GetString()));
    }

    [Theory]
    [InlineData("<<0812")]
    [InlineData("74<<<<")]
    [InlineData("740000")]
    [InlineData("<<<<<<")]
    public void Write_DateAsItStands_IsWrittenSo(string birth)
    {
        var line = """{"format":"TD3","issuing_state":"UTO","nationality":"UTO","document_number":"1","birth_date":"DATE","expiry_date":"310101","surname":"X"}"""
            .Replace("DATE", birth);

        using var answer = Answer(line, MrzWritingJson.Answer, out var error);

        Assert.Null(error);
        Assert.Equal(birth, answer.RootElement.GetProperty("lines")[1].GetString()![13..19]);
    }

    [Theory]
    [InlineData("\"format\":\"TD9\"", "none of TD1")]
    [InlineData("\"surename\":\"X\"", "no field \"surename\"")]
    [InlineData("\"birth_date\":\"12.8.74\"", "birth_date is no date")]
    [InlineData("\"birth_date\":\"741399\"", "birth_date is no date")]
    [InlineData("\"sex\":\"W\"", "sex is none of")]
    [InlineData("\"surname\":\"M4RIA\"", "holds a digit at position 2")]
    [InlineData("\"document_number\":\"L898902C3X\"", "document_number is too long")]
    [InlineData("\"options\":{\"truncation\":\"short\"}", "truncation is none of")]
    [InlineData("\"options\":{\"language\":\"klingon\"}", "no option \"language\"")]
    public void Write_WrongField_NamesItAndTheRemedy(string wrong, string expected)
    {
        var name = wrong.Split('"')[1];
        string[] right =
        [
            "\"format\":\"TD3\"", "\"issuing_state\":\"UTO\"", "\"nationality\":\"UTO\"", "\"document_number\":\"L898902C3\"",
            "\"birth_date\":\"740812\"", "\"expiry_date\":\"2012-04-15\"", "\"sex\":\"F\"", "\"surname\":\"ERIKSSON\"",
        ];
        var line = $"{{{string.Join(',', right.Where(part => part.Split('"')[1] != name).Append(wrong))}}}";

        using var answer = Answer(line, MrzWritingJson.Answer, out var error);

        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("later_components", "P<UTOHOLMQUIST<ARDENWALL<TESSINGTON<<AURELI")]
    [InlineData("initials", "P<UTOHOLMQUIST<ARDENWALL<TESSINGTON<<A")]
    public void Write_LongName_IsShortenedAsAsked(string truncation, string expected)
    {
        var line = """
            {"format":"TD3","issuing_state":"UTO","nationality":"UTO","document_number":"1","birth_date":"","expiry_date":"",
            "surname":"HOLMQUIST ARDENWALL TESSINGTON","given_names":"AURELIA MAGDALENA","options":{"truncation":"STYLE"}}
            """.Replace("STYLE", truncation);

        using var answer = Answer(line.ReplaceLineEndings(" "), MrzWritingJson.Answer, out var error);

        Assert.Null(error);
        var first = answer.RootElement.GetProperty("lines")[0].GetString()!;
        Assert.Equal(44, first.Length);
        Assert.StartsWith(expected, first, StringComparison.Ordinal);
        Assert.NotEqual('<', first[^1]);
    }

    private static JsonDocument Answer(string line, Func<JsonElement, Utf8JsonWriter, string?> answer, out string? error) =>
        JsonDocument.Parse(MrzCommand.Answer(line, answer, out error));
}
