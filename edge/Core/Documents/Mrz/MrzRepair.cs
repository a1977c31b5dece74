namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>One character that was read wrongly and put right. Personal data: <see cref="ToString"/> gives only the place.</summary>
/// <param name="Field">The field whose check digit decided.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="From">As the reader delivered it.</param>
/// <param name="To">As the check digits ask for.</param>
public sealed record MrzRepair(MrzField Field, int Line, int Column, char From, char To)
{
    public override string ToString() => $"{Field} line {Line} column {Column}";
}
