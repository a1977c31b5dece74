using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>A person whom somebody typed in, from the fields that the forms for it share.</summary>
/// <param name="Problem">What is wrong, as a sentence; empty when nothing is.</param>
internal sealed record TypedPerson(PersonalPart Person, MatchQuery Query, string Problem)
{
    /// <param name="note">Why it was typed in, or from what paper.</param>
    internal static TypedPerson Read(IFormCollection form, string note)
    {
        var birthText = FormText.Clean(form["birth_date"], 10);
        var birth = PartialDate.Unknown;
        var isBirthWrong = birthText.Length > 0 && !PartialDate.TryParse(birthText, out birth);
        var person = new PersonalPart
        {
            Surname = FormText.Clean(form["surname"], 80).ToUpperInvariant(),
            GivenNames = FormText.Clean(form["given_names"], 80).ToUpperInvariant(),
            BirthDate = birth.ToString(),
            Nationality = FormText.Clean(form["nationality"], 3).ToUpperInvariant(),
            IssuingState = FormText.Clean(form["issuing_state"], 3).ToUpperInvariant(),
            DocumentNumber = DocumentNumber.Parse(FormText.Clean(form["document_number"], 30)).Value,
            Note = note,
        };
        var query = new MatchQuery
        {
            Surname = person.Surname,
            GivenNames = person.GivenNames,
            BirthDate = birth,
            Nationality = person.Nationality,
            IssuingState = person.IssuingState,
            DocumentNumber = DocumentNumber.Parse(person.DocumentNumber),
        };
        return new TypedPerson(person, query, isBirthWrong ? "The date of birth is written YYYY, YYYY-MM or YYYY-MM-DD." : "");
    }
}
