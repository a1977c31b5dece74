using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

/// <summary>The specimen holder of Doc 9303-4 to -6, appendix B, and an invented Utopian.</summary>
internal static class Specimens
{
    public static readonly DateOnly Inspection = new(2026, 11, 23);

    /// <summary>Doc 9303-4 appendix B.</summary>
    public static readonly string[] Td3 =
    [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ];

    /// <summary>Doc 9303-5 appendix B.</summary>
    public static readonly string[] Td1 =
    [
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ];

    /// <summary>Doc 9303-6 appendix B.</summary>
    public static readonly string[] Td2 =
    [
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "D231458907UTO7408122F1204159<<<<<<<6",
    ];

    /// <summary>An invented card with a number of twelve characters.</summary>
    public static readonly string[] LongNumber =
    [
        "I<UTOQR5538X21<7WT2<<<<<<<<<<<",
        "8704290M3108158UTO<<<<<<<<<<<6",
        "OLEANDROU<<TARQUIN<IO<<<<<<<<<",
    ];

    /// <summary>An invented visa.</summary>
    public static readonly string[] MrvA =
    [
        "V<UTOSELVAGGI<<PERPETUA<MARE<<<<<<<<<<<<<<<<",
        "VX20981K<0UTO8704290F3108158<<<<<<<<<<<<<<<<",
    ];

    /// <summary>The same visa in the smaller size.</summary>
    public static readonly string[] MrvB =
    [
        "V<UTOSELVAGGI<<PERPETUA<MARE<<<<<<<<",
        "VX20981K<0UTO8704290F3108158<<<<<<<<",
    ];

    /// <summary>An invented holder of the old French card.</summary>
    public static readonly string[] FrenchCard =
    [
        "IDFRAVALCREUSE<<<<<<<<<<<<<<<<750112",
        "0903751000425AURORE<<LISE<<8507147F4",
    ];

    public static MrzFields Utopian(string number = "UT4471X02") => new()
    {
        DocumentCode = "P",
        IssuingState = "UTO",
        DocumentNumber = number,
        Nationality = "UTO",
        BirthDate = EdgeCheckpoint.Documents.PartialDate.From(new DateOnly(1991, 3, 7)),
        ExpiryDate = EdgeCheckpoint.Documents.PartialDate.From(new DateOnly(2031, 6, 30)),
        Sex = 'F',
        Surname = "BRANDVOLD",
        GivenNames = "ISAURA LENE",
    };
}
