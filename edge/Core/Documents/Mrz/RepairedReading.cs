using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>A reading beside what repair made of it. Without repairs both are the same.</summary>
/// <param name="AsRead">The zone as the reader delivered it; verdicts about the document are those of this one.</param>
/// <param name="Reading">The zone with its repairs: the fields to work with.</param>
/// <param name="Repairs">Each changed character, in the order of lines and columns; empty when nothing was changed.</param>
public readonly record struct RepairedReading(MrzReading AsRead, MrzReading Reading, ImmutableArray<MrzRepair> Repairs)
{
    /// <summary>True when characters were changed; an officer then compares them with the document.</summary>
    public bool IsRepaired => !Repairs.IsDefaultOrEmpty;

    public override string ToString() => IsRepaired ? $"{Reading}, repaired: {Repairs.Length}" : AsRead.ToString();
}
