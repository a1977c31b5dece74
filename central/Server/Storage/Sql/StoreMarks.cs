using System.Data.Common;

namespace EdgeCheckpoint.Central.Storage.Sql;

/// <summary>Why nobody may work with a store. Numbers are stored.</summary>
internal enum StoreMark
{
    /// <summary>Its content is elsewhere: a server that went on here would part the history of the site.</summary>
    MovedAway = 1,

    /// <summary>It is being filled by a move or a restore; until then it is not all there.</summary>
    BeingFilled = 2,
}

/// <summary>Marks of a store; looked at whenever it is opened.</summary>
internal static class StoreMarks
{
    /// <exception cref="CentralFault">The store bears a mark.</exception>
    public static void RequireNone(DbTransaction transaction, string name)
    {
        foreach (var (mark, detail) in transaction.Query(
            "SELECT mark, detail FROM store_marks ORDER BY mark", static row => ((StoreMark)row.GetInt32(0), row.GetString(1))))
        {
            throw new CentralFault(mark == StoreMark.MovedAway
                ? $"The store {name} was moved to {detail}; say so with Storage:Postgres in the options, or restore a backup."
                : $"The store {name} is not complete: {detail} has not come to its end. Give that command again.");
        }
    }

    public static void Set(DbTransaction transaction, StoreMark mark, string detail, DateTimeOffset now) =>
        transaction.Run(
            "INSERT INTO store_marks (mark, detail, at) VALUES (@mark, @detail, @at) ON CONFLICT (mark) DO UPDATE SET detail = excluded.detail, at = excluded.at",
            ("@mark", (int)mark), ("@detail", detail), ("@at", now));

    public static void Clear(DbTransaction transaction, StoreMark mark) =>
        transaction.Run("DELETE FROM store_marks WHERE mark = @mark", ("@mark", (int)mark));

    public static string? Read(DbTransaction transaction, StoreMark mark) =>
        transaction.Scalar("SELECT detail FROM store_marks WHERE mark = @mark", ("@mark", (int)mark)) as string;
}
