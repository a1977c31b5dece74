namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>One <see cref="FieldVerdict"/> for each <see cref="MrzField"/>, packed two bits a field.</summary>
public readonly record struct MrzVerdicts
{
    private const int BitsPerField = 2;
    private const uint FieldMask = 3;

    private readonly uint _bits;

    private MrzVerdicts(uint bits) => _bits = bits;

    /// <summary>Verdict of one field; <see cref="FieldVerdict.Absent"/> for a field that was never set.</summary>
    public FieldVerdict this[MrzField field] => (FieldVerdict)((_bits >> Shift(field)) & FieldMask);

    /// <summary>True when some field has the verdict.</summary>
    public bool Any(FieldVerdict verdict)
    {
        for (var bits = _bits; bits != 0; bits >>= BitsPerField)
        {
            if ((FieldVerdict)(bits & FieldMask) == verdict)
                return true;
        }

        return verdict == FieldVerdict.Absent;
    }

    /// <summary>
    /// A copy in which the field has the worse of its old and the new verdict; a field in two pieces (names on the
    /// French card) is as bad as its worse piece.
    /// </summary>
    internal MrzVerdicts With(MrzField field, FieldVerdict verdict)
    {
        if (Rank(this[field]) >= Rank(verdict))
            return this;
        return new MrzVerdicts((_bits & ~(FieldMask << Shift(field))) | ((uint)verdict << Shift(field)));
    }

    private static int Shift(MrzField field) => (int)field * BitsPerField;

    private static int Rank(FieldVerdict verdict) => verdict switch
    {
        FieldVerdict.Absent => 0,
        FieldVerdict.Ok => 1,
        FieldVerdict.PracticeVariant => 2,
        _ => 3,
    };
}
