using System.CommandLine;
using System.Globalization;
using System.Text;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>One action for an appliance that is lost or stolen.</summary>
internal sealed class AppliancesLostCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "Identifier of the appliance, as appliances list shows it." };

    private readonly Option<string> _reason = new("--reason") { Description = "What happened, for the audit.", Required = true, HelpName = "TEXT" };

    private readonly Option<string> _case = new("--case")
    {
        Description = "Reference of the case, for the audit. Who is to be shown the travellers names a staff account too (--as).",
        Required = true,
        HelpName = "REF",
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "Write the travellers to this file, tab-separated and readable by its owner alone, instead of to the screen.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _wipeOut = new("--wipe-out")
    {
        Description = "Where the order to wipe it goes when the policy keys are held by people, who sign it there.",
        HelpName = "FILE",
    };

    public Command Build()
    {
        var lost = new Command(
            "lost",
            "An appliance is lost or stolen: revokes it, ends the leases of its content keys, queues the signed command to wipe it, and says whose data "
            + "were on it, what it had not sent, and how it was protected. May be repeated.")
        {
            _id, _reason, _case, _out, _wipeOut,
        };
        lost.SetAction(RunAsync);
        return lost;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var reference = parsed.GetValue(_case)!.Trim();
        if (reference.Length is 0 or > Purpose.CaseReferenceLengthMax || reference.Any(char.IsControl))
            throw new CentralFault($"--case takes a reference of 1 to {Purpose.CaseReferenceLengthMax} characters.");
        await using var session = SiteSession.Open(parsed);

        // Letting go is for whoever is at hand; being shown the travellers is for those whose role it is (guardrail 10).
        var mayShow = StaffSignOn.IsGiven(parsed);
        var actor = mayShow
            ? await StaffSignOn.RequireAsync(parsed, session, StaffRoles.SeesTravellers, "shows travellers", cancellationToken)
            : CommonOptions.ActorOf(parsed);
        var result = await session.Get<LostAppliance>().ReportAsync(
            parsed.GetValue(_id)!, parsed.GetValue(_reason)!, reference, actor, cancellationToken);
        if (!result.TryGet(out var report, out var problem))
            throw new CentralFault(problem);
        var output = parsed.InvocationConfiguration.Output;
        var toSign = report.Wipe.ToSign is null
            ? null
            : parsed.GetValue(_wipeOut)?.FullName ?? Path.Combine(session.Get<DataFolder>().StagedFolder, $"wipe-{report.Appliance.ApplianceId}.to-sign.json");
        if (toSign is not null)
            report.Wipe.ToSign!.Write(toSign);
        foreach (var line in Summary(report, toSign))
            await output.WriteLineAsync(line);
        if (!mayShow)
        {
            await output.WriteLineAsync("Whose data they are is shown to somebody of the roles monitor, alert-desk or data-protection: run this again with --as NAME.");
            return CentralCommandLine.Done;
        }

        var rows = Rows(report);
        if (parsed.GetValue(_out) is { } file)
        {
            Write(file, rows);
            await output.WriteLineAsync($"The travellers stand in {file}. Destroy the file when they have been told.");
        }
        else
        {
            await output.WriteAsync(rows);
        }

        return CentralCommandLine.Done;
    }

    private static IEnumerable<string> Summary(LossReport report, string? toSign)
    {
        var id = report.Appliance.ApplianceId;
        yield return report.WasActive
            ? $"Revoked {id} of {report.Appliance.PostName}: it gets nothing more, and its content keys are leased no longer."
            : $"{id} of {report.Appliance.PostName} had been revoked before: it gets nothing, and its content keys are leased no longer.";
        yield return report.Wipe.IsQueued
            ? "The command to wipe it is queued: it destroys its keys and lists as soon as it reaches central."
            : $"NO COMMAND TO WIPE IT YET: the policy keys are held by people. Each signs a copy of {toSign} (keys sign); then: central-checkpoint appliances wipe --signed FILE FILE";
        yield return report.LeasedUntil is { } until
            ? $"The lease of its list's key runs until {Wording.Time(until)} at the latest; from then on a clock that is right closes the list."
            : "It was never given the key of a list.";
        yield return report.LastHealth is { } health
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Last heard of {Wording.Time(health.ReceivedAt)}: {health.RecordsWaiting} records were not here yet, the oldest {health.OldestWaiting.TotalMinutes:0} minutes old. "
                + $"{DeviceKeyOf(health)}")
            : "It never told how it was.";
        yield return "Its records are sealed one by one; their keys, and those of its list, open with the device key and a person's secret together.";
        var passphrases = report.Accounts.Count(static account => account.Method == SignInMethod.Passphrase);
        yield return $"Accounts on it: {passphrases} with a passphrase, {report.Accounts.Count - passphrases} with a PIN and a badge. "
            + "Give whoever had a badge or a note with the appliance a new secret (people reset, people publish).";
        yield return $"{report.Travellers.Count} travellers' data are here and may have been on it"
            + (report.Unreadable > 0 ? $"; {report.Unreadable} encounters do not open here." : ".");
    }

    /// <summary>How the device key was kept, as the appliance said.</summary>
    private static string DeviceKeyOf(Storage.HealthReport health) =>
        health.Parts.FirstOrDefault(static part => part.Part == "device-key") is { } part
            ? $"Its device key: {part.Detail}"
            : "It did not say how its device key is kept; count it as readable by whoever has the card.";

    private static string Rows(LossReport report)
    {
        var text = new StringBuilder("crossed_at\tencounter_id\tsurname\tgiven_names\tbirth_date\tnationality\tdocument\n");
        foreach (var traveller in report.Travellers)
        {
            var person = traveller.Person;
            string[] fields =
            [
                traveller.CrossedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), traveller.EncounterId.ToString(),
                person.Surname, person.GivenNames, person.BirthDate, person.Nationality,
                $"{person.DocumentCode} {person.IssuingState} {person.DocumentNumber}".Trim(),
            ];
            text.AppendJoin('\t', fields.Select(static field => field.Replace('\t', ' ').Replace('\n', ' ')));
            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Write(FileInfo file, string rows)
    {
        try
        {
            PrivateFiles.Create(file.FullName, Encoding.UTF8.GetBytes(rows));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault(
                $"The travellers cannot be written to {file} ({fault.Message.TrimEnd('.')}); the appliance is revoked all the same. Give another --out and run this again.", fault);
        }
    }
}
