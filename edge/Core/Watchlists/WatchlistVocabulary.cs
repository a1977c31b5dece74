namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// What the owner of an entry asks the post to do: a closed list (guardrail 6). None of them is an order to arrest; a
/// match is a candidate, and a person decides. Numbers are part of the format.
/// </summary>
public enum RequestedAction : byte
{
    /// <summary>Tell the owner; nothing else.</summary>
    Inform = 1,

    /// <summary>Establish identity and ask the owner how to proceed.</summary>
    Inquire = 2,

    /// <summary>A fuller check of person and baggage as the law allows.</summary>
    SpecificCheck = 3,

    /// <summary>Collect place, time and company without the person noticing (guardrail 8).</summary>
    Discreet = 4,

    /// <summary>A missing, vulnerable or at-risk person: bring to protection.</summary>
    Protect = 5,

    /// <summary>Entry or exit may be refused after verification.</summary>
    Refuse = 6,

    /// <summary>A request exists to take the person into custody; verify with the owner first.</summary>
    CustodyRequest = 7,

    /// <summary>The document is to be withdrawn.</summary>
    SeizeDocument = 8,
}

/// <summary>How well an alias is supported. Numbers are part of the format.</summary>
public enum NameQuality : byte
{
    /// <summary>The name under which the person is listed.</summary>
    Primary = 1,

    /// <summary>An alias that identifies.</summary>
    Good = 2,

    /// <summary>A nickname or nom de guerre: alerts only with date of birth or document beside it.</summary>
    Weak = 3,
}

/// <summary>How an owner judges the evidence behind an entry. Numbers are part of the format.</summary>
public enum EvidenceGrade : byte
{
    /// <summary>A decision of a court or of the Security Council.</summary>
    Decision = 1,

    /// <summary>Documented and reviewed.</summary>
    Documented = 2,

    /// <summary>Reported, not confirmed.</summary>
    Reported = 3,
}

/// <summary>At which crossing the owner of an entry asks for a look. Numbers are part of the format.</summary>
public enum CrossingDirection : byte
{
    /// <summary>The list does not say: every crossing.</summary>
    NotSaid = 0,

    Entry = 1,

    /// <summary>Only for who leaves. Needs a court or legal reference and a supervisor, so that no list is a silent ban on leaving.</summary>
    Exit = 2,

    /// <summary>Both, and said so; needs what <see cref="Exit"/> needs.</summary>
    Both = 3,
}

/// <summary>Whether an entry is asked for at a crossing.</summary>
public static class CrossingDirections
{
    /// <summary>False only where the entry says one direction and the crossing is known to go the other way: what nobody said hides nothing.</summary>
    /// <param name="asked">Of the entry.</param>
    /// <param name="crossing">Of the traveller; <see cref="CrossingDirection.NotSaid"/> or <see cref="CrossingDirection.Both"/> where it is not known.</param>
    public static bool Concerns(this CrossingDirection asked, CrossingDirection crossing) =>
        asked is not (CrossingDirection.Entry or CrossingDirection.Exit)
        || crossing is not (CrossingDirection.Entry or CrossingDirection.Exit)
        || asked == crossing;
}
