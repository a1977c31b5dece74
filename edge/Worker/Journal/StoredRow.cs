using System.Security.Cryptography;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>A record as it lies in its file.</summary>
internal sealed record StoredRow(
    Guid Epoch,
    Lane Lane,
    ulong Sequence,
    byte[] Header,
    byte[] Ciphertext,
    byte[] WrappedForAppliance,
    byte[] WrappedForCentral,
    byte[] Chain,
    byte[]? KeysCheck)
{
    /// <summary>Columns in the order of <see cref="Read"/>.</summary>
    internal const string Columns =
        "epoch, lane, sequence, header, ciphertext, wrapped_for_appliance, wrapped_for_central, chain, keys_check";

    /// <summary>True when the keys are destroyed, or there is nothing they would open.</summary>
    internal bool IsWithoutKeys => WrappedForCentral.Length == 0 && WrappedForAppliance.Length == 0;

    /// <exception cref="JournalDamageException">A column is not what it was written as.</exception>
    internal static StoredRow Read(SqliteDataReader reader) => JournalDamageException.Reading(() => new StoredRow(
        new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true),
        (Lane)reader.GetInt32(1),
        (ulong)reader.GetInt64(2),
        reader.GetFieldValue<byte[]>(3),
        reader.GetFieldValue<byte[]>(4),
        reader.GetFieldValue<byte[]>(5),
        reader.GetFieldValue<byte[]>(6),
        reader.GetFieldValue<byte[]>(7),
        reader.IsDBNull(8) ? null : reader.GetFieldValue<byte[]>(8)));

    internal static byte[] CheckOf(ReadOnlyMemory<byte> forAppliance, ReadOnlyMemory<byte> forCentral) =>
        RowCheck.Of(forAppliance.Span, forCentral.Span);

    /// <summary>True when the wrapped keys are those that were written; rows from before there was a check pass.</summary>
    internal bool HasItsKeys() => KeysCheck is null || KeysCheck.AsSpan().SequenceEqual(CheckOf(WrappedForAppliance, WrappedForCentral));

    /// <summary>What is wrong with the record at its place; null when it follows the one before.</summary>
    internal BrokenRecord? Fault(string applianceId, ReadOnlySpan<byte> previousChain)
    {
        if (OutOfPlace(applianceId, out _) is { } misplaced)
            return misplaced;
        return previousChain.Length == RecordChain.ValueLength && RecordChain.Next(previousChain, Header, SHA256.HashData(Ciphertext)).AsSpan().SequenceEqual(Chain)
            ? null
            : new BrokenRecord(Epoch, Lane, Sequence, null, "header, sealed part and chain do not belong together");
    }

    /// <summary>What is wrong with the header and its place; null when nothing is.</summary>
    internal BrokenRecord? OutOfPlace(string applianceId, out RecordHeader? header)
    {
        if (!RecordHeader.Parse(Header).TryGet(out header, out var failure))
            return new BrokenRecord(Epoch, Lane, Sequence, null, $"its header cannot be read ({failure.Reason})");
        return header.ApplianceId == applianceId && header.Epoch == Epoch && header.Lane == Lane && header.Sequence == Sequence
            ? null
            : new BrokenRecord(Epoch, Lane, Sequence, null, "its header belongs to another place");
    }

    internal SealedRecord Sealed() => new()
    {
        Header = Header,
        Ciphertext = Ciphertext,
        WrappedForAppliance = WrappedForAppliance,
        WrappedForCentral = WrappedForCentral,
        Chain = Chain,
    };
}

/// <summary>The journal's content is not what was written; recovery follows, under the same name in every answer.</summary>
internal sealed class JournalDamageException(string reason, BrokenRecord? broken = null) : Exception(broken is null ? reason : $"{broken}")
{
    /// <summary>The first record that is not as it was written; null when it is the file that is damaged.</summary>
    internal BrokenRecord? Broken { get; } = broken;

    /// <summary>Reads columns. A flipped bit makes a number of a text and five bytes of sixteen: that is damage, whatever the reader calls it.</summary>
    internal static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is InvalidCastException or ArgumentException or InvalidOperationException or OverflowException or FormatException)
        {
            throw new JournalDamageException($"a row does not have the shape it was written with ({fault.GetType().Name})");
        }
    }
}
