namespace EdgeCheckpoint.Records;

/// <summary>Lanes of the journal (DESIGN §6). Numbers are part of the format.</summary>
public enum Lane : byte
{
    /// <summary>Hits and alerts: sent first, never dropped.</summary>
    Alerts = 0,

    /// <summary>Encounters: never dropped.</summary>
    Encounters = 1,

    /// <summary>Who looked at, changed or disclosed what: never dropped.</summary>
    Audit = 2,

    /// <summary>Health: sheds its oldest behind a marker when space runs out.</summary>
    Health = 3,
}

/// <summary>What a record tells. Numbers are part of the format.</summary>
public enum RecordKind : ushort
{
    /// <summary>A traveller was read and screened; the proposal stands, a person has not decided.</summary>
    EncounterVerdict = 1,

    /// <summary>A person decided.</summary>
    EncounterDecision = 2,

    /// <summary>A candidate at or above the alerting rule; unconfirmed.</summary>
    Hit = 3,

    /// <summary>A person resolved a hit.</summary>
    HitOutcome = 4,

    /// <summary>A contact of the enclosure opened or closed.</summary>
    Tamper = 5,

    /// <summary>A scan that could not be read; nobody was cleared by it.</summary>
    UnreadableScan = 6,

    /// <summary>Somebody signed in at the counter.</summary>
    ShiftStarted = 7,

    /// <summary>A release was installed.</summary>
    ReleaseInstalled = 8,

    /// <summary>A release was refused, with the reason.</summary>
    ReleaseRefused = 9,

    /// <summary>Personal data were shown again, such as an encounter opened after a restart.</summary>
    Viewed = 10,

    /// <summary>The appliance started.</summary>
    Started = 11,

    /// <summary>A device changed state, such as a reader unplugged.</summary>
    DeviceState = 12,

    /// <summary>Health readings.</summary>
    Health = 13,

    /// <summary>Lane 3 dropped its oldest records; says how many.</summary>
    Shed = 14,

    /// <summary>Somebody signed out, or was signed out because somebody else signed in.</summary>
    ShiftEnded = 15,

    /// <summary>A sign-in was refused. The actor is the staff number, where the post has such an account.</summary>
    SignInRefused = 16,

    /// <summary>The screen locked itself, or was locked by hand.</summary>
    ScreenLocked = 17,

    /// <summary>The same person opened the locked screen again.</summary>
    ScreenUnlocked = 18,

    /// <summary>A supervisor blocked an account at this post; the sealed note says whose and why.</summary>
    AccountBlocked = 19,

    /// <summary>A supervisor lifted a block.</summary>
    AccountUnblocked = 20,

    /// <summary>The emergency account was used. Travels with the alerts.</summary>
    EmergencyAccess = 21,

    /// <summary>A people release was installed.</summary>
    PeopleInstalled = 22,

    /// <summary>A people release was refused, with the reason.</summary>
    PeopleRefused = 23,

    /// <summary>The keys of list and journal were opened by the first sign-in after a start.</summary>
    KeysOpened = 24,

    /// <summary>Somebody asked for something that is not theirs to do.</summary>
    ActionRefused = 25,

    /// <summary>Central ordered the appliance to be wiped, and it begins.</summary>
    WipeBegun = 26,

    /// <summary>The lease of the list's key ended without contact with central; the list was closed.</summary>
    LeaseEnded = 27,

    /// <summary>A file of the journal was damaged; what could be read was saved, and a new epoch began. The sealed note says what was found.</summary>
    JournalRecovered = 28,

    /// <summary>Carries a whole record of an epoch that damage broke off before it: central takes a lane only in order.</summary>
    Salvaged = 29,

    /// <summary>Urgent delistings were taken into use; the list's version is that of the suppression.</summary>
    SuppressionInstalled = 30,

    // 31 to 39 are kept for lists and encounters.

    /// <summary>A supervisor has seen to an opened enclosure; the loop is whole again.</summary>
    TamperAcknowledged = 40,

    /// <summary>The keys of the list were destroyed on the card and in memory, because the enclosure was opened and the post's policy says so.</summary>
    KeysDestroyed = 41,

    /// <summary>A technician began service: the keys are closed, and an opened enclosure is expected. The sealed note says why.</summary>
    ServiceBegun = 42,

    /// <summary>Service ended, by hand or by its time.</summary>
    ServiceEnded = 43,

    /// <summary>The enclosure was opened or closed during service.</summary>
    ServiceOpening = 44,

    /// <summary>The mains are gone, the battery feeds. Travels with the alerts.</summary>
    PowerLost = 45,

    /// <summary>The mains are back.</summary>
    PowerReturned = 46,

    /// <summary>The appliance stops before its battery ends. Travels with the alerts.</summary>
    StoppedForPower = 47,

    /// <summary>It is too hot or too cold for the card: no new encounters are taken. Travels with the alerts.</summary>
    ClimateStop = 48,

    /// <summary>The temperature is back in range; encounters are taken again.</summary>
    ClimateResumed = 49,

    /// <summary>The gate opened while an encounter was not decided.</summary>
    GateOpened = 50,

    /// <summary>The traveller left the counter while the encounter was not decided.</summary>
    TravellerLeft = 51,

    /// <summary>The appliance tested itself; the sealed note says each part. Travels with the alerts when a part failed.</summary>
    SelfTested = 52,
}

/// <summary>How far the appliance trusted its clock. Numbers are part of the format.</summary>
public enum ClockQuality : byte
{
    /// <summary>Below the time floor or never set; list age is unknown and nothing expires.</summary>
    Doubtful = 1,

    /// <summary>Kept by a local clock since it was last confirmed.</summary>
    Held = 2,

    /// <summary>Confirmed by signed time since the start.</summary>
    Confirmed = 3,
}

/// <summary>Age of a traveller in bands wide enough for statistics. Numbers are part of the format.</summary>
public enum AgeBand : byte
{
    Unknown = 0,
    Under12 = 1,
    From12To17 = 2,
    From18To29 = 3,
    From30To44 = 4,
    From45To59 = 5,
    From60 = 6,
}

/// <summary>Circumstances of a record. Numbers are part of the format.</summary>
[Flags]
public enum RecordFlags : uint
{
    None = 0,

    /// <summary>The list was past its hard age limit (guardrail 12). On a decision: and the officer acknowledged it, since no
    /// decision is recorded otherwise.</summary>
    StaleList = 1,

    /// <summary>No readable list: nothing was screened (guardrail 12).</summary>
    NoList = 2,

    /// <summary>The person was typed in, not read.</summary>
    ManualEntry = 4,

    /// <summary>The protection key was used (guardrail 9): foreign contacts and routes are hidden.</summary>
    Protection = 8,

    /// <summary>An entry with the action DISCREET is concerned; nothing of it is shown at the counter (guardrail 8).</summary>
    Discreet = 16,

    /// <summary>Two people confirmed.</summary>
    SecondPerson = 32,

    /// <summary>Entered from paper after an outage; the header says when the traveller crossed.</summary>
    BackEntered = 64,

    /// <summary>The traveller enters, by how the counter is set up; only entries asked for at entry were compared.</summary>
    AtEntry = 128,

    /// <summary>The traveller leaves, by how the counter is set up; only entries asked for at exit were compared.</summary>
    AtExit = 256,
}

/// <summary>Algorithm of a signature. Numbers are part of the format.</summary>
public enum SignatureAlgorithm : byte
{
    /// <summary>ECDSA on P-256 with SHA-256, IEEE P1363 form (r and s, 32 bytes each).</summary>
    EcdsaP256Sha256 = 1,
}

/// <summary>Algorithm of a sealed personal part. Numbers are part of the format.</summary>
public enum SealAlgorithm : byte
{
    /// <summary>There is no personal part.</summary>
    None = 0,

    /// <summary>AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes); the header is the associated data.</summary>
    Aes256Gcm = 1,
}
