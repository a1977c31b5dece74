using System.Globalization;
using System.Text;

namespace EdgeCheckpoint.Worker.Journal;

/// <content>The look at every page and record from time to time: cards rot while they run.</content>
internal sealed partial class JournalStore
{
    private const string CheckedName = "pages-checked";
    private const int NightHours = 3;

    /// <summary>When every page was last looked at, by the wall clock; null before the first time.</summary>
    internal DateTimeOffset? CheckedAt =>
        File.Exists(CheckedPath) && DateTimeOffset.TryParseExact(File.ReadAllText(CheckedPath).Trim(), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    private string CheckedPath => Path.Combine(_folder, CheckedName);

    /// <summary>
    /// Looks at every page and record of both files when it is time: (1) on connections of its own, beside the counter, which goes on writing; (2) what
    /// looks damaged is looked at again with nobody writing, and goes the way of all damage; (3) notes the time.
    /// </summary>
    /// <param name="localNow">The post's own time: it is done at night, and by day only when no night came in two periods.</param>
    /// <param name="cancellationToken">Ends it without a result.</param>
    /// <returns>True when it was done.</returns>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">Damage was found and the card does not let it be put aside; said on the page.</exception>
    /// <exception cref="IOException">The card does not answer.</exception>
    internal bool CheckWhenDue(DateTimeOffset localNow, CancellationToken cancellationToken)
    {
        if (!IsCheckDue(localNow))
            return false;
        // 1
        var suspects = new[] { _journalPlan, _healthPlan }.Where(plan => File.Exists(plan.Path) && !JournalVerification.IsWhole(plan.Path, cancellationToken)).ToArray();
        // 2
        foreach (var plan in suspects)
        {
            lock (_gate)
                Guarded(() => Confirm(plan, cancellationToken));
        }

        // 3
        DataFolder.Write(CheckedPath, Encoding.ASCII.GetBytes(localNow.ToString("O", CultureInfo.InvariantCulture)));
        _logger.PagesChecked(suspects.Length);
        return true;
    }

    private bool IsCheckDue(DateTimeOffset localNow)
    {
        var period = TimeSpan.FromDays(_options.CheckDays);
        if (CheckedAt is not { } last)
        {
            // As if it had been done a period ago: the next night is the first.
            DataFolder.Write(CheckedPath, Encoding.ASCII.GetBytes((localNow - period).ToString("O", CultureInfo.InvariantCulture)));
            last = localNow - period;
        }

        // A clock that went back says nothing of how long ago it was.
        var since = last > localNow ? period : localNow - last;
        var isNight = (localNow.Hour - _options.CheckHour + 24) % 24 < NightHours;
        return since >= period * 2 || (since >= period && isNight);
    }

    /// <summary>A file that was put aside meanwhile, or that somebody wrote to, may have looked damaged and is not.</summary>
    private bool Confirm(JournalFilePlan plan, CancellationToken cancellationToken)
    {
        _workedOn = plan;
        return JournalVerification.IsWhole(plan.Path, cancellationToken) ? true : throw new JournalDamageException($"a look at all pages of {Path.GetFileName(plan.Path)} found damage");
    }
}
