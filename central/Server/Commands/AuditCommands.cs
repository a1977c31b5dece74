using System.CommandLine;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Whether the audit and the records are whole.</summary>
internal sealed class AuditCommands : ICommandPart
{
    private readonly Option<string?> _witness = new("--witness")
    {
        Description = "An end of the audit that was written down earlier, as this command prints it; finds an end that was cut off since.",
        HelpName = "NUMBER:HASH",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        var verify = new Command(
            "verify",
            "Check central's audit, the approvals with their passkeys' signatures, and the records of every post from the first to the last; names the first that "
            + "is missing or was changed. "
            + "Write down the end it prints, away from this machine: only that finds an end that was cut off.")
        {
            _witness, _json,
        };
        verify.SetAction(VerifyAsync);
        return new Command("audit", "Who did what, in a chain that shows changes.") { verify };
    }

    private async Task<int> VerifyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        ChainEnd? witness = null;
        if (parsed.GetValue(_witness) is { } text && (witness = ChainEnd.Parse(text)) is null)
            throw new CentralFault("--witness takes what audit verify printed: a number, a colon and 64 hexadecimal digits.");
        await using var session = SiteSession.Open(parsed);
        var error = parsed.InvocationConfiguration.Error;
        var result = await session.Get<AuditVerification>().VerifyAsync(
            witness, count => error.WriteLine($"{count:N0} records looked at"), cancellationToken);
        if (!result.TryGet(out var whole, out var broken))
            throw new CentralFault($"NOT WHOLE: {broken.Reason}. Keep the data folder as it is, and compare it with the backup.");
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            parsed.GetValue(_json)
                ? Json.Write(new AuditVerifiedJson(whole.Audit.ToString(), whole.Audit.Sequence, whole.Lanes, whole.Records, whole.Approvals))
                : $"Whole: {whole.Audit.Sequence} lines of audit, {whole.Approvals} approvals, {whole.Records} records in {whole.Lanes} lanes.\nEnd of the audit, to be written down: {whole.Audit}");
        return CentralCommandLine.Done;
    }
}
