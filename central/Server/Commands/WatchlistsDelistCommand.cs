using System.CommandLine;
using System.Globalization;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary><c>central-checkpoint watchlists delist</c>: proposes a removal, or has an entry suppressed at once.</summary>
internal sealed class WatchlistsDelistCommand
{
    private readonly Argument<string?> _entry = new("ENTRY") { Description = "Identifier of the entry.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string> _reason = new("--reason")
    {
        Description = "Why, without personal data: it stands in the history and the audit.",
        DefaultValueFactory = static _ => "",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _atOnce = new("--at-once")
    {
        Description = "Suppress it at every post for three days, signed by the two people of the suppress-only role, and propose the removal that makes it last.",
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "Where to write the file to sign. Default: the data folder.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo[]> _signed = new("--signed")
    {
        Description = "Publish the suppression that waits, with these signed copies of its file to sign.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "delist",
            """
            Take an entry off the lists. The removal is proposed by a list editor (--as), passed by a legal reviewer and approved by a list
            approver on the dashboard; the next publication does without the entry, and no import brings it back while its source lists it.

            When nobody can wait for that, the two people of the suppress-only role sign, and every post drops the entry as soon as it hears:
              central-checkpoint watchlists delist ENTRY --at-once --reason TEXT --as NAME
              central-checkpoint keys sign …            (each of the two, offline)
              central-checkpoint watchlists delist --signed first.json second.json
            A suppression ends after 72 hours, whether or not a watchlist without the entry has been published; if none was, that is an alarm.
            """)
        {
            _entry, _reason, _atOnce, _out, _signed, _json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        if (parsed.GetValue(_signed) is { Length: > 0 } signed)
        {
            var copies = SigningFile.Merge([.. signed.Select(static file => file.FullName)]);
            return await TellAsync(
                parsed, session, "", null,
                await session.Get<SuppressionPublication>().FinishAsync(copies, CommonOptions.ActorOf(parsed), cancellationToken));
        }

        if (parsed.GetValue(_entry) is not { Length: > 0 } entryId)
            throw new CentralFault("Name the entry, or the signed files with --signed.");
        return parsed.GetValue(_atOnce)
            ? await SuppressAsync(parsed, session, entryId, cancellationToken)
            : await ProposeAsync(parsed, session, entryId, cancellationToken);
    }

    private async Task<int> ProposeAsync(ParseResult parsed, SiteSession session, string entryId, CancellationToken cancellationToken)
    {
        var editor = await StaffSignOn.RequireAsync(
            parsed, session, static role => role == StaffRole.ListEditor, "proposes the removal of an entry", cancellationToken);
        var answer = await session.Get<EntryDesk>().ProposeRemovalAsync(entryId, parsed.GetValue(_reason)!, editor, cancellationToken);
        if (!answer.TryGet(out var proposalId, out var problem))
            throw new CentralFault(problem);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(_json)
            ? Json.Write(new DelistJson(entryId, proposalId, null, null))
            : $"Proposed: {entryId} goes. A legal reviewer passes it and a list approver approves it: proposal {proposalId}.");
        return CentralCommandLine.Done;
    }

    /// <summary>On a bench nobody signs in; in service it is somebody who works on lists, and the audit has the name.</summary>
    private async Task<int> SuppressAsync(ParseResult parsed, SiteSession session, string entryId, CancellationToken cancellationToken)
    {
        var isBench = session.Get<SiteSecurity>().IsBench && !StaffSignOn.IsGiven(parsed);
        var actor = isBench
            ? CommonOptions.ActorOf(parsed)
            : await StaffSignOn.RequireAsync(parsed, session, StaffRoles.MaySuppress, "suppresses an entry at every post", cancellationToken);
        var reason = parsed.GetValue(_reason)!;
        var answer = await session.Get<SuppressionPublication>().OrderAsync(entryId, reason, actor, cancellationToken);
        if (!answer.IsSuccess)
            throw new CentralFault(answer.Failure.Reason);

        // What is suppressed comes back after three days unless it is removed for good as well.
        Guid? proposed = null;
        if (!isBench && (await session.Get<ICentralStore>().Staff.FindAsync(actor, cancellationToken))?.Role == StaffRole.ListEditor
            && (await session.Get<EntryDesk>().ProposeRemovalAsync(entryId, reason, actor, cancellationToken)).TryGet(out var proposalId, out _))
        {
            proposed = proposalId;
        }

        return await TellAsync(parsed, session, entryId, proposed, answer);
    }

    private async Task<int> TellAsync(
        ParseResult parsed, SiteSession session, string entryId, Guid? proposalId, Result<Publication, PublicationRefusal> answer)
    {
        if (!answer.TryGet(out var publication, out var refusal))
            throw new CentralFault(refusal.Reason);
        var version = publication.Release.Version;
        var toSign = publication.ToSign is null
            ? null
            : parsed.GetValue(_out)?.FullName ?? StagedRelease.ToSignPath(session.Get<DataFolder>(), ReleaseKind.Suppression, version);
        if (toSign is not null)
            publication.ToSign!.Write(toSign);
        var next = proposalId is { } id ? $" Its removal is proposed: {id}."
            : entryId.Length > 0 ? " Have a list editor propose its removal: the suppression ends after 72 hours." : "";
        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(_json)
            ? Json.Write(new DelistJson(entryId.Length > 0 ? entryId : null, proposalId, version, toSign))
            : toSign is not null
            ? $"Suppression {version} waits for the two signatures of the suppress-only role. Have {toSign} signed, then run: "
                + $"central-checkpoint watchlists delist --signed FILE…{next}"
            : string.Create(CultureInfo.InvariantCulture, $"Suppression {version} is published; the posts are told.{next}"));
        return CentralCommandLine.Done;
    }
}
