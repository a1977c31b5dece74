using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Testing;

/// <summary>Passports of travellers who do not exist, of a country that does not exist.</summary>
public static class InventedPassport
{
    /// <summary>The two lines of its machine readable zone.</summary>
    public static IReadOnlyList<string> Lines(string surname, string givenNames, string number, DateOnly birthDate, char sex = 'M') =>
        MrzWriter.Write(MrzFormat.Td3, new MrzFields
        {
            DocumentCode = "P",
            IssuingState = "UTO",
            Nationality = "UTO",
            DocumentNumber = number,
            Surname = surname,
            GivenNames = givenNames,
            BirthDate = PartialDate.From(birthDate),
            ExpiryDate = PartialDate.From(new DateOnly(2031, 5, 31)),
            Sex = sex,
        });
}
