using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Demo;

/// <summary>A document that is laid on the reader in the demonstration.</summary>
/// <param name="What">What it shows, for the terminal.</param>
/// <param name="Lines">Its machine readable zone.</param>
internal sealed record DemoDocument(string What, ImmutableArray<string> Lines);

/// <summary>Twenty invented travellers from ICAO's Utopia: most of them ordinary, some with something to look at.</summary>
internal static class DemoTravellers
{
    private static readonly DateOnly Valid = new(2031, 5, 31);
    private static readonly DateOnly Expired = new(2024, 2, 29);

    internal static ImmutableArray<DemoDocument> All { get; } =
    [
        Passport("ordinary", "LINDQUIST", "ASTRID MARIE", "U10000001", (1988, 4, 17), 'F'),
        Passport("ordinary", "OYELARAN", "BABATUNDE", "U10000002", (1979, 12, 2), 'M'),
        Passport("the listed person, exact", "DRAGOVAR", "VIKTOR ANSELM", "U10000003", (1971, 3, 4), 'M'),
        Passport("ordinary", "MARCHETTI", "GIULIA", "U10000004", (1995, 7, 23), 'F'),
        IdentityCard("identity card, ordinary", "HALVORSEN", "NILS", "I20000001", (1966, 1, 30), 'M'),
        Passport("expired document", "TERZIAN", "ARAM", "U10000005", (1982, 9, 9), 'M', Expired),
        Passport("ordinary", "WIJESINGHE", "CHAMARI ANULA", "U10000006", (1991, 2, 14), 'F'),
        Passport("listed under another spelling", "ALQASIRI", "ABDULRAHMAN", "U10000007", (1978, 5, 5), 'M'),
        Passport("same name as a listed person, other date of birth", "HAAVIK", "MIRELA", "U10000008", (2001, 8, 19), 'F'),
        Passport("ordinary", "NAKAMURA", "KEIKO", "U10000009", (1970, 10, 10), 'F'),
        WrongDigit("check digit wrong", "DE LA FUENTE", "ROSA", "U10000010", (1984, 6, 6), 'F'),
        Passport("stolen passport, another person", "BRANDVOLD", "SIGRID", "U5809217V", (1993, 3, 27), 'F'),
        IdentityCard("missing child: protect", "OKONJA", "TAMSIN", "I20000002", (2012, 6, 15), 'F'),
        Passport("ordinary", "CASTELLANOS", "MATEO JAVIER", "U10000011", (1999, 11, 11), 'M'),
        Passport("entry on the list has expired", "STAHLBERG", "CORVIN", "U10000012", (1991, 5, 20), 'M'),
        Passport("one name only", "SUKARMANTO", "", "U10000013", (1975, 8, 8), 'M'),
        Passport("discreet entry: nothing shows at the counter", "PELLIK", "JORAN", "U10000014", (1964, 2, 3), 'M'),
        TravelDocument("official travel document of size TD2", "ABEBE", "SELAM", "T30000001", (1987, 7, 7), 'F'),
        Passport("name cut off by the document", "VENKATANARASIMHARAJUVARIPETA WIJAYASURENDRA", "ANANDA", "U10000015", (1990, 12, 25), 'M'),
        Passport("ordinary", "KOVALENKO", "OKSANA", "U10000016", (1993, 9, 1), 'F'),
    ];

    private static DemoDocument Passport(
        string what, string surname, string givenNames, string number, (int Year, int Month, int Day) birth, char sex, DateOnly? expiry = null) =>
        new(what, MrzWriter.Write(MrzFormat.Td3, Fields("P", surname, givenNames, number, birth, sex, expiry ?? Valid)));

    private static DemoDocument IdentityCard(
        string what, string surname, string givenNames, string number, (int Year, int Month, int Day) birth, char sex) =>
        new(what, MrzWriter.Write(MrzFormat.Td1, Fields("I", surname, givenNames, number, birth, sex, Valid)));

    private static DemoDocument TravelDocument(
        string what, string surname, string givenNames, string number, (int Year, int Month, int Day) birth, char sex) =>
        new(what, MrzWriter.Write(MrzFormat.Td2, Fields("I", surname, givenNames, number, birth, sex, Valid)));

    /// <summary>A passport whose document number does not agree with its check digit: one digit is off.</summary>
    private static DemoDocument WrongDigit(
        string what, string surname, string givenNames, string number, (int Year, int Month, int Day) birth, char sex)
    {
        var lines = MrzWriter.Write(MrzFormat.Td3, Fields("P", surname, givenNames, number, birth, sex, Valid));
        var digit = lines[1][8];
        var other = digit == '9' ? '0' : (char)(digit + 1);
        return new DemoDocument(what, [lines[0], string.Concat(lines[1].AsSpan(0, 8), [other], lines[1].AsSpan(9))]);
    }

    private static MrzFields Fields(
        string code, string surname, string givenNames, string number, (int Year, int Month, int Day) birth, char sex, DateOnly expiry) => new()
        {
            DocumentCode = code,
            IssuingState = "UTO",
            Nationality = "UTO",
            DocumentNumber = number,
            Surname = surname,
            GivenNames = givenNames,
            BirthDate = PartialDate.From(new DateOnly(birth.Year, birth.Month, birth.Day)),
            ExpiryDate = PartialDate.From(expiry),
            Sex = sex,
        };
}
