namespace EdgeCheckpoint.Records;

/// <summary>Where in sealing, checking or opening records something went wrong.</summary>
public enum RecordStage
{
    Header,
    Sequence,
    Chain,
    Signature,
    KeyWrap,
    Seal,
}

/// <summary>Why a record or batch was refused. Carries no personal data.</summary>
/// <param name="Stage">The check that failed.</param>
/// <param name="Reason">For a person, beginning in lower case.</param>
/// <param name="Sequence">The record's sequence number; 0 when the trouble is not one record's.</param>
public sealed record RecordFailure(RecordStage Stage, string Reason, ulong Sequence = 0)
{
    public override string ToString() =>
        Sequence == 0 ? $"{Stage}: {Reason}" : $"{Stage} of record {Sequence}: {Reason}";
}
