using System.CommandLine;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint mrz write</c>: the reverse of <c>mrz</c>, for test documents and new readers.</summary>
internal static class MrzWriteCommand
{
    private static readonly string Help = $$$"""
        Writes machine readable zones: one JSON object a line on standard input, one on standard output.
          in:  {"format":"TD3","fields":{"document_code":"P","issuing_state":"UTO","document_number":"L898902C3",
                "nationality":"UTO","birth_date":"1974-08-12","sex":"F","expiry_date":"2012-04-15","surname":"ERIKSSON",
                "given_names":"ANNA MARIA","optional_data":"ZE184226B"}}
          out: {"format":"TD3","lines":["P<UTOERIKSSON<<ANNA...","L898902C36UTO..."]}
        format is one of {{{MrzJson.FormatNames}}}. document_code may be left out for P, V, I
        or ID. Fields may stand beside format, too, and an answer of 'mrz' can be fed back
        (a zone with an empty primary identifier comes back with its name as the primary one, as the standard has it).
        Dates are YYYY-MM-DD, YYYY-MM, YYYY, empty when unknown, or YYMMDD as in the zone. Names may be Latin, Cyrillic or Arabic.
        Names that are too long are shortened; "options" chooses among the ways that the standard leaves open:
          truncation            initials (default), later_components, fixed_length, at_the_end
          secondary_characters  room kept for the given names, fillers included
          primary_letters, secondary_letters   letters that remain of each part, such as [10,7,3,4]: the State chose itself
          language              belarusian, bulgarian, macedonian, serbian, ukrainian; left out: that of the issuing State
          a_diaeresis, a_ring, n_tilde, o_diaeresis, u_diaeresis   recommended (default), plain, escaped
          filler_for_empty_optional_digit   true writes a filler for the digit of a passport's empty optional data
        Exit code 1 when a line of input could not be used.
        """;

    internal static Command Create()
    {
        var command = new Command("write", Help);
        command.SetAction((_, cancellationToken) => MrzCommand.RunAsync(MrzWritingJson.Answer, cancellationToken));
        return command;
    }
}
