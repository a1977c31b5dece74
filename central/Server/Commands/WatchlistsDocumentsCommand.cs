using System.CommandLine;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary><c>central-checkpoint watchlists documents</c>: takes a single document off a list of stolen documents, lets it count again, ends a list.</summary>
internal sealed class WatchlistsDocumentsCommand
{
    private readonly Argument<string> _list = new("LIST") { Description = "Name of the list of documents, as watchlists status shows it." };
    private readonly Argument<string> _number = new("NUMBER") { Description = "Number of the document; separators do not count." };

    private readonly Option<string> _issuer = new("--issuer")
    {
        Description = "Who issued it, as the document or the list writes it.",
        Required = true,
        HelpName = "CODE",
    };

    private readonly Option<string> _reason = new("--reason")
    {
        Description = "Why, without personal data: it stands in the audit.",
        Required = true,
        HelpName = "TEXT",
    };

    private readonly Option<bool> _atOnce = new("--at-once")
    {
        Description = "Suppress it at every post for three days as well, signed by the two people of the suppress-only role; watchlists delist --signed publishes that.",
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "Where to write the file to sign. Default: the data folder.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        var withdraw = new Command(
            "withdraw",
            """
            Take one document off a list: found again, or never rightly on it. It counts no more from the next watchlists publish on, and stays off
            when the list is imported anew. Its holder waits at a counter meanwhile? Then add --at-once.
            """)
        {
            _list, _number, _issuer, _reason, _atOnce, _out, _json,
        };
        withdraw.SetAction(WithdrawAsync);
        var reinstate = new Command("reinstate", "Let a document count again that was withdrawn, from the next watchlists publish on.")
        {
            _list, _number, _issuer, _reason, _json,
        };
        reinstate.SetAction((parsed, cancellationToken) => ChangeAsync(
            parsed, "lets a document count again",
            (desk, actor) => desk.ReinstateAsync(
                parsed.GetValue(_list)!, parsed.GetValue(_issuer)!, parsed.GetValue(_number)!, parsed.GetValue(_reason)!, actor, cancellationToken),
            "It counts again from the next publication on: central-checkpoint watchlists publish", cancellationToken));
        var end = new Command(
            "end",
            """
            Take a whole list of documents out of use. Until the next watchlists publish the counters go on with it, or, when it has passed its
            day, say of every document that it was not compared with it.
            """)
        {
            _list, _reason, _json,
        };
        end.SetAction((parsed, cancellationToken) => ChangeAsync(
            parsed, "ends a list of documents",
            (desk, actor) => desk.EndAsync(parsed.GetValue(_list)!, parsed.GetValue(_reason)!, actor, cancellationToken),
            "The list is out of use from the next publication on: central-checkpoint watchlists publish", cancellationToken));
        var withdrawn = new Command("withdrawn", "Show the documents that were withdrawn by hand, when, why and by whom.") { _json };
        withdrawn.SetAction(ShowAsync);
        return new Command("documents", "Change lists of stolen, lost and invalidated documents between two files of their owners.") { withdraw, reinstate, end, withdrawn };
    }

    private async Task<int> WithdrawAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var actor = await ActorAsync(parsed, session, "takes a document off its list", cancellationToken);
        var (list, issuer, number, reason) = (parsed.GetValue(_list)!, parsed.GetValue(_issuer)!, parsed.GetValue(_number)!, parsed.GetValue(_reason)!);
        var desk = session.Get<DocumentDesk>();
        var isDone = (await desk.WithdrawAsync(list, issuer, number, reason, actor, cancellationToken)).TryGet(out var rows, out var problem);

        // One that was withdrawn yesterday may become urgent today.
        if (!isDone && !(parsed.GetValue(_atOnce) && problem == DocumentDesk.WithdrawnAlready))
            throw new CentralFault(problem!);
        Publication? suppression = null;
        if (parsed.GetValue(_atOnce))
        {
            var answer = await desk.SuppressAsync(list, issuer, number, reason, actor, cancellationToken);
            if (!answer.TryGet(out suppression, out var refusal))
                throw new CentralFault($"{(isDone ? "The document is withdrawn from the next publication on, but not suppressed: " : "")}{refusal.Reason}");
        }

        var version = suppression?.Release.Version;
        var toSign = suppression?.ToSign is null
            ? null
            : parsed.GetValue(_out)?.FullName ?? StagedRelease.ToSignPath(session.Get<DataFolder>(), ReleaseKind.Suppression, version!.Value);
        if (toSign is not null)
            suppression!.ToSign!.Write(toSign);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(new DocumentChangeJson(list, rows?.Length ?? 0, version, toSign)));
            return CentralCommandLine.Done;
        }

        if (isDone)
            await output.WriteLineAsync($"Withdrawn: {(rows!.Length == 1 ? "1 row" : $"{rows.Length} rows")} of '{list}', from the next publication on: central-checkpoint watchlists publish");
        if (toSign is not null)
        {
            await output.WriteLineAsync(
                $"Suppression {version} waits for the two signatures of the suppress-only role. Have {toSign} signed, then run: central-checkpoint watchlists delist --signed FILE…");
        }
        else if (version is not null)
        {
            await output.WriteLineAsync($"Suppression {version} is published; the posts are told. It ends after 72 hours: publish before.");
        }

        return CentralCommandLine.Done;
    }

    private async Task<int> ChangeAsync(
        ParseResult parsed, string what, Func<DocumentDesk, string, Task<string>> change, string done, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var actor = await ActorAsync(parsed, session, what, cancellationToken);
        if (await change(session.Get<DocumentDesk>(), actor) is { Length: > 0 } problem)
            throw new CentralFault(problem);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            parsed.GetValue(_json) ? Json.Write(new DocumentChangeJson(parsed.GetValue(_list)!, 0, null, null)) : done);
        return CentralCommandLine.Done;
    }

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var withdrawals = await session.Get<ICentralStore>().Documents.ListWithdrawalsAsync(cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(withdrawals.Select(static document => new DocumentWithdrawalJson(
                document.ListName, document.Issuer, document.Number, document.Reason, document.At, document.By)).ToArray()));
            return CentralCommandLine.Done;
        }

        foreach (var document in withdrawals)
        {
            await output.WriteLineAsync(
                $"{document.ListName}: {document.Number} of {(document.Issuer.Length > 0 ? document.Issuer : "an issuer without a code")}, withdrawn {document.At:yyyy-MM-dd HH:mm}Z by {document.By}: {document.Reason}");
        }

        if (withdrawals.Count == 0)
            await output.WriteLineAsync("No document is withdrawn.");
        return CentralCommandLine.Done;
    }

    /// <summary>On a bench nobody signs in; in service it is a list editor, and the release that carries the change is approved by somebody else.</summary>
    private static async Task<string> ActorAsync(ParseResult parsed, SiteSession session, string what, CancellationToken cancellationToken) =>
        session.Get<SiteSecurity>().IsBench && !StaffSignOn.IsGiven(parsed)
            ? CommonOptions.ActorOf(parsed)
            : await StaffSignOn.RequireAsync(parsed, session, static role => role == StaffRole.ListEditor, what, cancellationToken);
}
