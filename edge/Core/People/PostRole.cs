namespace EdgeCheckpoint.People;

/// <summary>What a person does at a post. Numbers are part of the format.</summary>
public enum PostRole : byte
{
    /// <summary>Reads documents and decides.</summary>
    Officer = 1,

    /// <summary>An officer who also confirms as second person, blocks accounts and works the supervisor's queue.</summary>
    Supervisor = 2,

    /// <summary>Repairs the appliance. Sees no traveller and opens no list (guardrail 10).</summary>
    Technician = 3,

    /// <summary>The sealed envelope of the post: opens when nobody else can, and is loud about it.</summary>
    Emergency = 4,
}

/// <summary>What a person signs in with. Numbers are part of the format.</summary>
public enum SignInMethod : byte
{
    /// <summary>A passphrase of at least twelve characters.</summary>
    Passphrase = 1,

    /// <summary>A PIN of four to twelve digits, and a badge that carries a random code.</summary>
    PinAndBadge = 2,
}

public static class PostRoles
{
    /// <summary>True for those who may see travellers; the keys of list and journal open for them alone.</summary>
    public static bool SeesTravellers(this PostRole role) => role is PostRole.Officer or PostRole.Supervisor or PostRole.Emergency;

    /// <summary>Word for screens and lists.</summary>
    public static string Word(this PostRole role) => role switch
    {
        PostRole.Officer => "officer",
        PostRole.Supervisor => "supervisor",
        PostRole.Technician => "technician",
        PostRole.Emergency => "emergency",
        _ => "unknown",
    };
}
