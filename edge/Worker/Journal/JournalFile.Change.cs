using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>One transaction, and what it changes.</summary>
internal sealed partial class JournalFile
{
    /// <summary>One transaction and what it changes in memory, which counts only once it is committed.</summary>
    private sealed class Change(JournalFile file) : IDisposable
    {
        private readonly Dictionary<(Guid Epoch, Lane Lane), LanePosition> _changed = [];
        private readonly List<Guid> _forgotten = [];
        private readonly List<Guid> _begun = [];
        private readonly List<Action> _after = [];

        internal SqliteTransaction Transaction { get; } = file._connection.BeginTransaction(deferred: false);

        internal Guid Epoch => _begun.Count > 0 ? _begun[^1] : file.Epoch;

        internal LanePosition Get(Guid epoch, Lane lane) =>
            _changed.TryGetValue((epoch, lane), out var changed) ? changed : file._positions[(epoch, lane)];

        internal void Set(LanePosition position) => _changed[(position.Epoch, position.Lane)] = position;

        internal void Begin(Guid epoch, IEnumerable<LanePosition> positions)
        {
            _begun.Add(epoch);
            foreach (var position in positions)
                Set(position);
        }

        /// <summary>What else changes in memory.</summary>
        internal void AfterCommit(Action change) => _after.Add(change);

        /// <summary>Takes an epoch out of the file. What of it is to be carried stays to be.</summary>
        internal void Forget(Guid epoch)
        {
            _forgotten.Add(epoch);
            foreach (var table in new[] { "records", "lane_state", "backup_marks", "closed_lanes", "epochs" })
            {
                using var command = file.Command($"DELETE FROM {table} WHERE epoch = $epoch", Transaction);
                command.Parameters.AddWithValue("$epoch", Bytes(epoch));
                command.ExecuteNonQuery();
            }
        }

        internal void Commit()
        {
            foreach (var position in _changed.Values)
                Save(position);
            Transaction.Commit();
            file._isFlushed = file.Plan.IsFlushedAtEachCommit;
            foreach (var (place, position) in _changed)
                file._positions[place] = position;
            foreach (var epoch in _forgotten)
            {
                file._epochs.Remove(epoch);
                foreach (var lane in file.Plan.Lanes)
                {
                    file._positions.Remove((epoch, lane));
                    file._closed.Remove((epoch, lane));
                }
            }

            foreach (var change in _after)
                change();
            file._epochs.AddRange(_begun);
            if (_begun.Count > 0)
                file.NoteBegun();
        }

        private void Save(LanePosition position)
        {
            using var command = file.Command(
                """
                INSERT INTO lane_state (epoch, lane, first_sequence, head_sequence, durable_through, backed_up_through, erased_through, head_chain, durable_chain, row_check)
                VALUES ($epoch, $lane, $first, $head, $durable, $backup, $erased, $head_chain, $durable_chain, $check)
                ON CONFLICT (epoch, lane) DO UPDATE SET first_sequence = $first, head_sequence = $head, durable_through = $durable,
                    backed_up_through = $backup, erased_through = $erased, head_chain = $head_chain, durable_chain = $durable_chain, row_check = $check
                """,
                Transaction);
            Add(command, position.Epoch, position.Lane);
            command.Parameters.AddWithValue("$first", (long)position.First);
            command.Parameters.AddWithValue("$head", (long)position.Head);
            command.Parameters.AddWithValue("$durable", (long)position.Durable);
            command.Parameters.AddWithValue("$backup", (long)position.BackedUp);
            command.Parameters.AddWithValue("$erased", (long)position.Erased);
            command.Parameters.AddWithValue("$head_chain", position.HeadChain);
            command.Parameters.AddWithValue("$durable_chain", position.DurableChain);
            command.Parameters.AddWithValue("$check", position.Check());
            command.ExecuteNonQuery();
        }

        public void Dispose() => Transaction.Dispose();
    }
}
