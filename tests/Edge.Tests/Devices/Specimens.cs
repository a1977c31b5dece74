using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Edge.Tests.Devices;

/// <summary>Documents of an invented Utopian.</summary>
internal static class Specimens
{
    public static readonly string[] Td3 = [.. MrzWriter.Write(MrzFormat.Td3, Utopian("P"))];

    public static readonly string[] Td2 = [.. MrzWriter.Write(MrzFormat.Td2, Utopian("I"))];

    public static readonly string[] Td1 = [.. MrzWriter.Write(MrzFormat.Td1, Utopian("I"))];

    public static string[] Of(int lineLength) => lineLength switch
    {
        44 => Td3,
        36 => Td2,
        _ => Td1,
    };

    private static MrzFields Utopian(string code) => new()
    {
        DocumentCode = code,
        IssuingState = "UTO",
        DocumentNumber = "UT4471X02",
        Nationality = "UTO",
        BirthDate = PartialDate.From(new DateOnly(1991, 3, 7)),
        ExpiryDate = PartialDate.From(new DateOnly(2031, 6, 30)),
        Sex = 'F',
        Surname = "BRANDVOLD",
        GivenNames = "ISAURA LENE",
    };
}
