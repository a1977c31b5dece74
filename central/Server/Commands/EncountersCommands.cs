using System.CommandLine;
using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.People;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Opening one encounter, for a purpose.</summary>
internal sealed class EncountersCommands : ICommandPart
{
    private readonly Argument<Guid> _id = new("ID") { Description = "Identifier of the encounter." };

    private readonly Option<string> _purpose = new("--purpose")
    {
        Description = "Why: " + string.Join(", ", Purpose.All.Select(static purpose => purpose.Code)) + ".",
        Required = true,
        HelpName = "CODE",
    };

    private readonly Option<string> _case = new("--case")
    {
        Description = "Reference of the case, for the audit.",
        Required = true,
        HelpName = "REF",
    };

    private readonly Option<string> _appliance = new("--appliance")
    {
        Description = "The appliance, should two have sent the same identifier.",
        DefaultValueFactory = static _ => "",
        HelpName = "ID",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        var show = new Command("show", "Show one encounter with the traveller's data. Needs your staff account (--as). Written into the audit before it is shown.")
        {
            _id, _purpose, _case, _appliance, _json,
        };
        show.SetAction(ShowAsync);
        return new Command("encounters", "Encounters at the posts.") { show };
    }

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var actor = await StaffSignOn.RequireAsync(parsed, session, StaffRoles.SeesTravellers, "shows a traveller", cancellationToken);
        var answer = await session.Get<EncounterDesk>().OpenAsync(
            parsed.GetValue(_id), parsed.GetValue(_appliance)!, parsed.GetValue(_purpose)!, parsed.GetValue(_case)!,
            actor, cancellationToken);
        if (!answer.TryGet(out var opened, out var refusal))
            throw new CentralFault($"Not shown: {refusal.Reason}.");
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(EncounterJson.From(opened)));
            return CentralCommandLine.Done;
        }

        await output.WriteLineAsync(
            $"{opened.Summary.PostName}, {Wording.Time(opened.Summary.CrossedAt)}: proposal {Wording.Code(opened.Summary.Proposal)}, "
            + $"decision {(opened.Summary.Outcome is null ? "open" : Wording.Code(opened.Summary.Outcome))}");
        foreach (var record in opened.Records)
        {
            await output.WriteLineAsync($"{Wording.Kind(record.Header.Kind)} by {record.Header.ActorId}: {Wording.Codes(record.Header)}");
            if (record.Personal is { } person)
            {
                await output.WriteLineAsync(
                    $"  {person.Surname}, {person.GivenNames}; born {person.BirthDate}; {person.DocumentCode} {person.DocumentNumber} "
                    + $"of {person.IssuingState}; {person.Candidates.Length} candidates");
            }
        }

        return CentralCommandLine.Done;
    }
}
