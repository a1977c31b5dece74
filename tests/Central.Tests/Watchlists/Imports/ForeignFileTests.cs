using System.Text;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>What a hostile or damaged file may try, in every form.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["un-xml"] = "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>NAME</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>",
        ["csv"] = "entry_id,names,list,owner,legal_basis,purpose,action,evidence,expires_on\n1,NAME,L,O,B,P,inquire,decision,2030-01-01\n",
        ["ofac-csv"] = "1,\"NAME\",\"individual\",\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n",
        ["eu-csv"] = "Entity_LogicalId;Entity_SubjectType;NameAlias_WholeName\n1;P;NAME\n",
        ["ftm"] = "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"NAME\"]}}\n",
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Forms => [.. ListFormats.ByWord.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_MarkOfUtf8_IsPassedOver(string form) => Assert.Equal("Otto Example", Name(form, [0xEF, 0xBB, 0xBF, .. Utf8(form, "Otto Example")]));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_BytesThatAreNoUtf8_AreMalformed(string form) =>
        Assert.Throws<ListFileException>(() => Read(form, Encoding.Latin1.GetBytes(Text(form, "Jürgen Müller"))));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_NulCharacter_IsMalformed(string form) =>
        Assert.Throws<ListFileException>(() => Read(form, Utf8(form, "Otto\0Example")));

    [Theory]
    [InlineData("csv")]
    [InlineData("ofac-csv")]
    [InlineData("eu-csv")]
    [InlineData("ftm")]
    public void Read_Utf16_IsMalformedWithOrWithoutItsMark(string form)
    {
        var text = Text(form, "Otto Example");

        Assert.Throws<ListFileException>(() => Read(form, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]));
        Assert.Throws<ListFileException>(() => Read(form, Encoding.Unicode.GetBytes(text)));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_DirectionalMarksInAName_AreTakenOut(string form) =>
        Assert.Equal("Otto Example", Name(form, Utf8(form, "\u202EOtto\u200F \u2066Example\u2069")));

    [Theory]
    [InlineData("un-xml", "Otto \n Example")]
    [InlineData("csv", "\"Otto\r\nExample\"")]
    [InlineData("ofac-csv", "Otto\n\tExample")]
    [InlineData("ftm", "Otto\\nExample")]
    public void Read_LineBreakInAName_IsASpace(string form, string name) => Assert.Equal("Otto Example", Name(form, Utf8(form, name)));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_NameOfFormulaSigns_StaysData(string form) => Assert.Equal("=HYPERLINK(1)", Name(form, Utf8(form, "=HYPERLINK(1)")));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_OverlongName_IsARefusedRow(string form)
    {
        var reading = Read(form, Utf8(form, new string('A', EntryLimits.NameLengthMax + 1)));

        Assert.Contains("longer", Assert.Single(reading.Refused).Reason, StringComparison.Ordinal);
        Assert.Empty(reading.Entries);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ofac-csv")]
    [InlineData("eu-csv")]
    public void Read_FieldWithoutEnd_IsBounded(string form) => AssertBounded(form, (byte)'A', "longer");

    [Theory]
    [InlineData("csv")]
    [InlineData("ofac-csv")]
    [InlineData("eu-csv")]
    public void Read_TenMillionColumns_AreBounded(string form) => AssertBounded(form, (byte)',', "fields in one row");

    [Theory]
    [InlineData("<CONSOLIDATED_LIST>")]
    [InlineData("<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>")]
    [InlineData("<CONSOLIDATED_LIST><INDIVIDUALS x=\"")]
    public void Read_XmlTextWithoutEnd_IsBounded(string beginning)
    {
        using var endless = new RepeatedStream((byte)'A', 1L << 30, beginning);

        Assert.Throws<ListFileException>(() => Read("un-xml", ListInput.Of(endless)));
        Assert.True(endless.Position < 1L << 27);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ofac-csv")]
    [InlineData("ftm")]
    public void Read_IdentifierThatStandsTwice_IsARefusedRow(string form)
    {
        var lines = Text(form, "Otto Example").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var reading = Read(form, Encoding.UTF8.GetBytes(string.Join('\n', [.. lines, lines[^1], ""])));

        Assert.Equal(lines.Length + 1, Assert.Single(reading.Refused).Line);
        Assert.Single(reading.Entries);
    }

    private void AssertBounded(string form, byte value, string words)
    {
        WriteAliases();
        using var endless = new RepeatedStream(value, 1L << 30);
        var input = ListInput.Of(endless, name => name.StartsWith("alt", StringComparison.Ordinal) ? File.OpenRead(_folder.File(name)) : null);

        var fault = Assert.Throws<ListFileException>(() => Read(form, input));

        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    private string Name(string form, byte[] bytes)
    {
        var reading = Read(form, bytes);
        Assert.Empty(reading.Refused);
        return Assert.Single(reading.Entries).DisplayName;
    }

    private ListReading Read(string form, byte[] bytes)
    {
        WriteAliases();
        File.WriteAllBytes(_folder.File("sdn.csv"), bytes);
        return Read(form, ListInput.Of(new FileInfo(_folder.File("sdn.csv"))));
    }

    private static ListReading Read(string form, ListInput input) => ListImport.Read(
        input, ListFormats.ByWord[form], SourceMapping.Of(form).Complete(new ListDefaults(), new DateOnly(2026, 1, 1)));

    private void WriteAliases() => File.WriteAllText(_folder.File("alt.csv"), "9,9,\"aka\",\"X\",-0- \n");

    private static string Text(string form, string name) => Files[form].Replace("NAME<", $"{name}<", StringComparison.Ordinal)
        .Replace("NAME,", $"{name},", StringComparison.Ordinal).Replace("NAME\"", $"{name}\"", StringComparison.Ordinal)
        .Replace("NAME\n", $"{name}\n", StringComparison.Ordinal);

    private static byte[] Utf8(string form, string name) => Encoding.UTF8.GetBytes(Text(form, name));
}
