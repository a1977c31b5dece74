using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Takes central's word of what is newest: (1) checks the statement, (2) follows the release log from the line that is known to the head that
/// the statement names, (3) keeps it. A log that does not go on from there was written anew: this post is shown another history.
/// </summary>
internal sealed class NewestSync(NewestKeeper keeper)
{
    /// <summary>A log that is longer by more is not followed in one go; the next question goes on.</summary>
    private const int AnswersMax = 64;

    private ReleaseLogHead? _followed;

    /// <returns>
    /// The statement, null when central said nothing and never has; and what is wrong. A log that parted comes with the statement: it is an
    /// alarm, and not a reason to leave a post without lists, since a central that was restored from a backup shows the same.
    /// </returns>
    internal async Task<(NewestStatement? Statement, ReleaseTrouble? Trouble)> TakeAsync(
        IReleaseSource source, GetReleaseResponse answer, CancellationToken cancellationToken)
    {
        var known = keeper.Current;
        if (answer.NewestStatement.IsEmpty)
        {
            return (null, known is null ? null : ReleaseTrouble.Of(
                new ReleaseFailure(ReleaseStage.Timestamp, "central no longer says what is newest")));
        }

        // 1
        if (!keeper.Check(answer.NewestStatement.Memory, answer.NewestSignature.Span, source.IsLive).TryGet(out var statement, out var failure))
            return (null, ReleaseTrouble.Of(failure));

        // An older stick: what is known already says more.
        if (ReferenceEquals(known, statement))
            return (statement, null);

        // 2. The first head that an appliance sees is believed: it has no other.
        var parted = known is null ? null : await FollowAsync(source, known.Log, statement.Log, cancellationToken);
        if (parted is { Failure: null })
            return (null, parted);

        // 3
        keeper.Keep(statement, answer.NewestStatement.ToByteArray(), answer.NewestSignature.ToByteArray());
        _followed = null;
        return (statement, parted);
    }

    private async Task<ReleaseTrouble?> FollowAsync(
        IReleaseSource source, ReleaseLogHead known, ReleaseLogHead named, CancellationToken cancellationToken)
    {
        if (named.Size < known.Size)
            return Parted($"the release log has {named.Size} lines and had {known.Size}");
        var head = _followed is { } further && further.Size <= named.Size && further.Size > known.Size ? further : known;
        for (var answers = 0; head.Size < named.Size; answers++)
        {
            if (answers == AnswersMax)
                return new ReleaseTrouble("the release log is long; it is followed further with the next question", null);
            var request = new ReadReleaseLogRequest { AfterSequence = head.Size };
            var asked = await source.ReadReleaseLogAsync(request, cancellationToken);
            if (!asked.TryGet(out var lines, out var trouble))
                return new ReleaseTrouble(trouble, null);
            if (lines.Entries.Count == 0)
                return Parted($"the release log ends at line {head.Size}, and its head is said to be line {named.Size}");
            foreach (var line in lines.Entries)
            {
                if (head.Size == named.Size)
                    break;
                if (!head.Take(line.Memory).TryGet(out var next, out var failure))
                    return ReleaseTrouble.Of(failure);
                head = next;
            }

            _followed = head;
        }

        return head.Equals(named) ? null : Parted($"line {named.Size} of the release log is another than was said");
    }

    private static ReleaseTrouble Parted(string reason) => ReleaseTrouble.Of(new ReleaseFailure(ReleaseStage.Log, reason));
}
