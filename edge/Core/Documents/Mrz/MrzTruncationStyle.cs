namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>Methods of <see cref="MrzTruncation"/>, which explains them.</summary>
public enum MrzTruncationStyle
{
    Initials,
    LaterComponents,
    FixedLength,
    AtTheEnd,
    Chosen,
}
