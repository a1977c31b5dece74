using EdgeCheckpoint.Worker.Commands;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class NamesCommandTests
{
    private const string Header = "name_a\tdob_a\tcountry_a\tname_b\tdob_b\tcountry_b";

    [Theory]
    [InlineData("", "Line 1: there is no header.")]
    [InlineData("name_a\tdob_a", "Line 1: there is no column name_b; columns are parted by tabs.")]
    [InlineData("name_a\tname_b\tname_b", "Line 1: the column name_b is there 2 times.")]
    public async Task Compare_BadHeader_IsRefused(string header, string error)
    {
        var (code, output, errors) = await RunAsync(header);

        Assert.Equal((1, "", error), (code, output, errors.Trim()));
    }

    [Fact]
    public async Task Compare_BadRows_AreNamedAndTheOthersAnswered()
    {
        var (code, output, errors) = await RunAsync(
            $"{Header}\nSigne Tavik\t1991-14-07\t\tSigne Tavik\t1991-03-07\t\ntoo few\n\t\t\tSigne Tavik\t\t\nSigne Tavik\t\t\tTavik, Signe\t\t\r\n");

        Assert.Equal(1, code);
        Assert.Equal(
            [
                $"{Header}\tscore\tmatch",
                "Signe Tavik\t1991-14-07\t\tSigne Tavik\t1991-03-07\t\t1.0000\t1",
                "too few\t\t",
                "\t\t\tSigne Tavik\t\t\t\t",
                "Signe Tavik\t\t\tTavik, Signe\t\t\t1.0000\t1",
            ],
            output.TrimEnd('\n').Split('\n'));
        Assert.Equal(
            [
                "Line 2: dob_a: 1991-14-07 is no date; YYYY, YYYY-MM or YYYY-MM-DD is expected, several parted by |.",
                "Line 3: 1 columns where the header has 6.",
                "Line 4: name_a is empty.",
            ],
            errors.TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public async Task Compare_ExtraColumnsAndAnyOrder_AreKept()
    {
        var (code, output, _) = await RunAsync("id\tname_b\tname_a\n7\tSigne Tavik\tObadiah Quill\n");

        Assert.Equal((0, "id\tname_b\tname_a\tscore\tmatch\n7\tSigne Tavik\tObadiah Quill\t0.0000\t0\n"), (code, output));
    }

    [Fact]
    public async Task Compare_NameOnly_LeavesDatesOut()
    {
        var row = $"{Header}\nSigne Tavik\t1962-11-23\t\tSigne Tavik\t1991-03-07\t\n";

        Assert.EndsWith("\t0\n", (await RunAsync(row)).Output, StringComparison.Ordinal);
        Assert.EndsWith("\t1\n", (await RunAsync(row, isNameOnly: true)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_Explain_ShowsDifferencesFirst()
    {
        var (_, output, _) = await RunAsync($"{Header}\nSigne Lene Tavik\t1991\t\tTavick, Signe\t1991-03-07\t\n", isExplained: true);

        Assert.EndsWith(
            "; date of birth the year agrees; LENE only in a; TAVIK ~ TAVICK (same sound, 0.85); SIGNE ~ SIGNE (equal, 1.00)\n",
            output,
            StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string text, bool isNameOnly = false, bool isExplained = false)
    {
        using var input = new StringReader(text);
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter();
        var code = await NamesCommand.CompareAsync(input, output, error, isNameOnly, isExplained, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
