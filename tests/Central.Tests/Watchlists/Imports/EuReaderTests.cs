using System.Text;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>Invented people in both shapes of the EU's list.</summary>
public sealed class EuReaderTests : IDisposable
{
    private const string Commission =
        "fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_SubjectType;Entity_SubjectType_ClassificationCode;"
        + "NameAlias_LastName;NameAlias_FirstName;NameAlias_MiddleName;NameAlias_WholeName;NameAlias_Gender;NameAlias_Remark;"
        + "BirthDate_BirthDate;BirthDate_Year;BirthDate_YearRangeFrom;BirthDate_YearRangeTo;BirthDate_Circa;BirthDate_CalendarType;"
        + "Identification_Number;Identification_TypeDescription;Identification_CountryDescription;Citizenship_CountryDescription\n";

    private const string Older = "Date_file;Entity_logical_id;Subject_type;EU_ref_num;Entity_logical_id;Naal_wholename;Naal_gender;Birt_date;Iden_number;Iden_country;Citi_country\n";

    private const string Regulation =
        "celex,recordId,programKey,annex,schema,name,alias,weakAlias,previousName,nationality,birthDate,passportNumber,gender,idNumber\n";

    private static readonly ListDefaults Defaults =
        SourceMapping.Of(ListFormat.EuCsv).Complete(new ListDefaults(), new DateOnly(2026, 1, 1));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_CommissionsFile_JoinsTheLinesOfAnEntity()
    {
        var reading = Read(
            "\uFEFF" + Commission
            + Row("1/1/2026;13;EU.1.1;P;person;Example;Otto;;Otto Example;M")
            + Row("1/1/2026;99;EU.2.2;E;enterprise;;;;Example Ltd")
            + Row("1/1/2026;13;EU.1.1;P;person;;;;Foxy;;Low quality alias")
            + Row("1/1/2026;13;EU.1.1;P;person;Beispiel;Otto;van")
            + Row("1/1/2026;13;EU.1.1;P;person;;;;;;;1961-10-14;1961;;;false;GREGORIAN")
            + Row("1/1/2026;13;EU.1.1;P;person;;;;;;;;0;1960;1962;true;GREGORIAN")
            + Row("1/1/2026;13;EU.1.1;P;person;;;;;;;1340-01-01;;;;;ISLAMIC")
            + Row("1/1/2026;13;EU.1.1;P;person;;;;;;;;;;;;;U 0432;National passport;UTOPIA")
            + Row("1/1/2026;13;EU.1.1;P;person;;;;;;;;;;;;;;;;GERMANY")
            + Row("1/1/2026;13;EU.1.1;P;person;;;;;;;;;;;;;;;;UNKNOWN")
            + Row("1/1/2026;99;EU.2.2;E;enterprise;;;;Example Limited"));

        var entry = Assert.Single(reading.Entries);
        Assert.Equal(("eu:13", "EU.1.1", 'M'), (entry.EntryId, entry.Reference, entry.Sex));
        Assert.Equal(
            [
                new ListedName("Otto Example", NameQuality.Primary), new ListedName("Foxy", NameQuality.Weak),
                new ListedName("Otto van Beispiel", NameQuality.Good),
            ],
            entry.Names);
        Assert.Equal(["1961-10-14", "about 1960 to 1962"], entry.BirthDates.Select(static date => date.ToString()));
        Assert.Equal(["D"], entry.Nationalities);
        Assert.Equal([new ListedDocument("National passport", "U 0432", "UTO")], entry.Documents);
        Assert.Equal((1, 0, 1), (reading.LeftOut, reading.Refused.Count, reading.Notes.Count));
    }

    [Fact]
    public void Read_OlderColumnNames_AreKnownToo()
    {
        var reading = Read(Older + "x;13;P;EU.1;13;Otto Example;M;;;;\nx;13;P;EU.1;13;;;1961-10-14;;;\nx;13;P;EU.1;13;;;;U1;UTO;UTO\nx;14;E;;14;Example Ltd;;;;;\n");

        var entry = Assert.Single(reading.Entries);
        Assert.Equal(("eu:13", "EU.1", "1961-10-14", "UTO"), (entry.EntryId, entry.Reference, entry.BirthDates[0].ToString(), entry.Nationalities[0]));
        Assert.Equal([new ListedDocument("", "U1", "UTO")], entry.Documents);
        Assert.Equal(1, reading.LeftOut);
    }

    [Fact]
    public void Read_FolderOfRegulations_MakesWhoStandsInSeveralOneEntry()
    {
        Write("32001R0001.csv", Regulation
            + "32001R0001,1,X,I,Person,Otto (Ottone) EXAMPLE,\"Otto Beispiel; \"\"Otto M. (born 1961; Zenda)\"\"\",Foxy,,Russian and Utopia,14.10.1961,\"(a) U 0432 (Utopia passport issued on 1.1.2001), (b) T-77\",male,\n"
            + "32001R0001,2,X,I,LegalEntity,Example Ltd,,,,,,,,\n");
        Write("32002R0002.csv", Regulation
            + "32002R0002,9,X,II,Person,Otto (Ottone) EXAMPLE,Otto the Second,,,,14.10.1961,,,55-1\n"
            + "32002R0002,9,X,III,Person,Anna EXAMPLE,,,,,1961 or circa 1963,,female,number unknown\n");

        var reading = EuReader.Read(ListInput.Of(new DirectoryInfo(_folder.Path)), Defaults);

        Assert.Equal(["eu:32001R0001:I:1", "eu:32002R0002:III:9"], reading.Entries.Select(static entry => entry.EntryId));
        var otto = reading.Entries[0];
        Assert.Equal(
            ["Otto EXAMPLE", "Ottone EXAMPLE", "Otto Beispiel", "Otto M.", "Foxy", "Otto the Second"],
            otto.Names.Select(static name => name.Text));
        Assert.Equal(["RUS", "UTO"], otto.Nationalities);
        Assert.Equal(
            [new ListedDocument("Passport", "U 0432", "UTO"), new ListedDocument("Passport", "T-77", ""), new ListedDocument("National ID", "55-1", "")],
            otto.Documents);
        Assert.Equal(["1961", "about 1963"], reading.Entries[1].BirthDates.Select(static date => date.ToString()));
        Assert.Equal(("32002R0002.csv", 3), (Assert.Single(reading.Notes).FileName, reading.Notes[0].Line));
        Assert.Equal(1, reading.LeftOut);
    }

    [Theory]
    [InlineData("(a) 4.4.1969, (b) 4.4.1960", "1969-04-04|1960-04-04")]
    [InlineData("\"(a) 20 Feb. 1962; b) 1959\"", "1962-02-20|1959")]
    [InlineData("a) 1.1.1969 b) approximately 1971", "1969-01-01|about 1971")]
    [InlineData("30.9.1972 (or 1.10.1972)", "1972-09-30|1972-10-01")]
    [InlineData("Between 1977 and 1982 (Approximately)", "about 1977 to 1982")]
    [InlineData("7.10.1952 POB: Zenda (now Strelsau)", "1952-10-07")]
    [InlineData("1959/1960", "1959 to 1960")]
    public void Read_DatesOfARegulation_AreTakenApart(string cell, string expected)
    {
        var reading = Read(Regulation + $"1,1,X,I,Person,Otto EXAMPLE,,,,,\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\",,,\n");

        Assert.Empty(reading.Notes);
        Assert.Equal(expected, string.Join('|', Assert.Single(reading.Entries).BirthDates));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a;b;c\n1;2;3\n")]
    [InlineData("Entity_LogicalId;NameAlias_WholeName\n1;Otto\n")]
    [InlineData("Entity_LogicalId;Entity_SubjectType;NameAlias_WholeName\n1;P;\"Ot")]
    public void Read_MalformedFile_IsSaidSo(string text) => Assert.Throws<ListFileException>(() => Read(text));

    [Theory]
    [InlineData("1;P\n", 2)]
    [InlineData(";P;Otto Example\n", 2)]
    [InlineData("1;P;\n", 2)]
    public void Read_BadRow_IsRefusedWithItsLine(string row, int line) =>
        Assert.Equal(line, Assert.Single(Read("Entity_LogicalId;Entity_SubjectType;NameAlias_WholeName\n" + row).Refused).Line);

    [Fact]
    public void Read_RealFolder_IsTakenWhole()
    {
        var place = SharedData.Find("names/eu_consolidated/32014R0269.csv");
        Assert.SkipWhen(place is null, "the EU's files are not part of the repository; put them under shared/data beside it");

        var reading = EuReader.Read(ListInput.Of(new DirectoryInfo(Path.GetDirectoryName(place)!)), Defaults);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{reading.Entries.Count} entries, {reading.LeftOut} left out, {reading.Refused.Count} refused, {reading.Notes.Count} notes");

        Assert.Empty(reading.Refused);
        Assert.InRange(reading.Entries.Count, 3_900, 4_500);
        Assert.InRange(reading.Notes.Count, 0, 400);
        Assert.InRange(reading.Entries.Count(static entry => entry.BirthDates.Length > 0), 3_300, 4_400);
    }

    /// <summary>Fills up with empty fields to the 21 of the first line.</summary>
    private static string Row(string text) => text + new string(';', 20 - text.Count(static character => character == ';')) + "\n";

    private void Write(string name, string text) => File.WriteAllText(_folder.File(name), text, new UTF8Encoding(false));

    private static ListReading Read(string text) =>
        ListText.Decoded(() => EuReader.Read(ListInput.Of(new MemoryStream(Encoding.UTF8.GetBytes(text))), Defaults));
}
