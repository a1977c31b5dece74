using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Tests.Rig;

/// <summary>An invented person. The words are marked, so that a test can look for them where they must not be.</summary>
internal static class InventedPerson
{
    /// <summary>Stands in every marked word; too long to turn up in a random token by chance.</summary>
    public const string Mark = "ZQMARK";

    public const string Surname = "ZQMARKSURNAME";
    public const string GivenNames = "ZQMARKGIVEN";
    public const string DocumentNumber = "ZQMARK001";

    public static PersonalPart Traveller { get; } = new()
    {
        MrzText = "P<UTOZQMARKSURNAME<<ZQMARKGIVEN<<<<<<<<<<<<<",
        DocumentCode = "P",
        IssuingState = "UTO",
        DocumentNumber = DocumentNumber,
        Surname = Surname,
        GivenNames = GivenNames,
        Nationality = "UTO",
        BirthDate = "1974-08-12",
        ExpiryDate = "2032-04-15",
        Sex = "F",
        Reasons = "The name is like that of a listed person",
        Candidates =
        [
            new PersonalCandidate(
                "uto-0001", "alert", "0.931", "ZQMARKLISTED ANNA", "Utopia national list", "Inquire",
                "sex: M here, F there", "surname equal\nborn on the same day"),
        ],
    };
}
