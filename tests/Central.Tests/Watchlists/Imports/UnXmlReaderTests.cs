using System.Text;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class UnXmlReaderTests
{
    private static readonly ListDefaults Defaults = new()
    {
        ListName = "UN",
        Owner = "UN",
        LegalBasis = "resolution",
        Purpose = "ban",
        Action = RequestedAction.Inquire,
        Evidence = EvidenceGrade.Decision,
        ExpiresOn = new DateOnly(2030, 1, 1),
    };

    [Fact]
    public void Read_Individual_MapsEveryField()
    {
        var entry = Assert.Single(Read(Person(
            """
            <FIRST_NAME>Otto</FIRST_NAME><SECOND_NAME>van</SECOND_NAME><THIRD_NAME>Example</THIRD_NAME>
            <REFERENCE_NUMBER>UTi.001</REFERENCE_NUMBER><GENDER>Male</GENDER>
            <NATIONALITY><VALUE>Germany</VALUE><VALUE>na</VALUE><VALUE>Atlantis</VALUE></NATIONALITY>
            <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Otto Beispiel</ALIAS_NAME></INDIVIDUAL_ALIAS>
            <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>The Example</ALIAS_NAME></INDIVIDUAL_ALIAS>
            <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
            <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>UT 123</NUMBER>
            <COUNTRY_OF_ISSUE>Utopia</COUNTRY_OF_ISSUE></INDIVIDUAL_DOCUMENT>
            <INDIVIDUAL_DOCUMENT><NOTE>none known</NOTE></INDIVIDUAL_DOCUMENT>
            """)).Entries);

        Assert.Equal(("un:1", "UTi.001", 'M'), (entry.EntryId, entry.Reference, entry.Sex));
        Assert.Equal(
            [
                new ListedName("Otto van Example", NameQuality.Primary), new ListedName("Otto Beispiel", NameQuality.Good),
                new ListedName("The Example", NameQuality.Weak),
            ],
            entry.Names);
        Assert.Equal(["D", "Atlantis"], entry.Nationalities);
        Assert.Equal([new ListedDocument("Passport", "UT 123", "UTO")], entry.Documents);
        Assert.Equal(("UN", RequestedAction.Inquire, EvidenceGrade.Decision), (entry.Owner, entry.Action, entry.Evidence));
    }

    [Theory]
    [InlineData("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1974-08-12</DATE>", "1974-08-12")]
    [InlineData("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1974</YEAR>", "1974")]
    [InlineData("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1974</YEAR>", "about 1974")]
    [InlineData("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1974</TO_YEAR>", "1970 to 1974")]
    [InlineData("<TYPE_OF_DATE/>", "")]
    public void Read_BirthDate_KeepsWhatIsKnown(string xml, string expected)
    {
        var entry = Assert.Single(Read(Person($"<FIRST_NAME>Otto</FIRST_NAME><INDIVIDUAL_DATE_OF_BIRTH>{xml}</INDIVIDUAL_DATE_OF_BIRTH>")).Entries);

        Assert.Equal(expected, string.Concat(entry.BirthDates));
    }

    [Theory]
    [InlineData("<SECOND_NAME/>")]
    [InlineData("<FIRST_NAME>Otto</FIRST_NAME><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1974-02-31</DATE></INDIVIDUAL_DATE_OF_BIRTH>")]
    [InlineData("<FIRST_NAME>Otto</FIRST_NAME><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1980</FROM_YEAR><TO_YEAR>1970</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>")]
    public void Read_ImpossiblePerson_IsRefusedWithItsLine(string xml)
    {
        var refused = Assert.Single(Read(Person(xml)).Refused);

        Assert.Equal(("1", 3), (refused.EntryId, refused.Line));
    }

    [Theory]
    [InlineData("<FIRST_NAME>X</FIRST_NAME><SECOND_NAME>Y</SECOND_NAME>")]
    [InlineData("<FIRST_NAME>あかり</FIRST_NAME>")]
    public void Read_NameThatCanNeverMatch_IsRefusedWithItsLine(string xml)
    {
        var reading = Read(Person(xml));

        Assert.Empty(reading.Entries);
        Assert.Equal(3, Assert.Single(reading.Refused).Line);
        Assert.Contains("compared", reading.Refused[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SameIdentifierTwice_RefusesTheSecond()
    {
        var reading = Read(List("<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>Anna</FIRST_NAME></INDIVIDUAL><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>Berta</FIRST_NAME></INDIVIDUAL>"));

        Assert.Single(reading.Entries);
        Assert.Single(reading.Refused);
    }

    [Fact]
    public void Read_Entities_AreCountedAndLeftOut()
    {
        var reading = Read("<CONSOLIDATED_LIST><INDIVIDUALS/><ENTITIES><ENTITY><DATAID>2</DATAID></ENTITY><ENTITY/></ENTITIES></CONSOLIDATED_LIST>");

        Assert.Equal((0, 2), (reading.Entries.Count, reading.LeftOut));
    }

    [Theory]
    [InlineData("<CONSOLIDATED_LIST>\n<INDIVIDUALS>\n<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>Ot", 3)]
    [InlineData("<CONSOLIDATED_LIST>\n<INDIVIDUALS>\n<INDIVIDUAL></WRONG></INDIVIDUALS></CONSOLIDATED_LIST>", 3)]
    [InlineData("<HTML>\n</HTML>", 1)]
    [InlineData("<CONSOLIDATED_LIST></CONSOLIDATED_LIST>", 1)]
    [InlineData("", 0)]
    [InlineData("entry_id,names", 1)]
    public void Read_MalformedFile_NamesThePlace(string xml, int line) =>
        Assert.Equal(line, Assert.Throws<ListFileException>(() => Read(xml)).Line);

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><CONSOLIDATED_LIST><INDIVIDUALS>&e;</INDIVIDUALS></CONSOLIDATED_LIST>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>")]
    [InlineData("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\"><CONSOLIDATED_LIST/>")]
    public void Read_FileWithADocumentType_IsRefused(string xml) => Assert.Throws<ListFileException>(() => Read(xml));

    private static ListReading Read(string xml) => UnXmlReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(xml)), Defaults);

    private static string Person(string content) => List($"\n<INDIVIDUAL><DATAID>1</DATAID>{content}</INDIVIDUAL>");

    private static string List(string individuals) =>
        $"<CONSOLIDATED_LIST>\n<INDIVIDUALS>{individuals}</INDIVIDUALS></CONSOLIDATED_LIST>";
}
