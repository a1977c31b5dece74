namespace EdgeCheckpoint.Decisions;

/// <summary>
/// Codes in a record's plain header: what the appliance proposed and why, what a person decided, what became of a hit.
/// Numbers are part of the format and never reused. No code orders a refusal: the appliance only ever proposes.
/// </summary>
public enum OutcomeCode : ushort
{
    /// <summary>Nothing speaks against the crossing. A person still decides.</summary>
    ProposedClear = 100,

    /// <summary>Something needs a person's look; the reasons follow.</summary>
    ProposedRefer = 101,

    /// <summary>The scan could not be read: read again, then enter by hand.</summary>
    ReasonUnreadable = 110,

    /// <summary>A check digit or a field of the machine readable zone is wrong.</summary>
    ReasonDocumentWrong = 111,

    ReasonDocumentExpired = 112,

    /// <summary>Dates that cannot be, such as a birth in the future.</summary>
    ReasonImplausibleDates = 113,

    /// <summary>At least one candidate hit that shows at the counter is open.</summary>
    ReasonHit = 114,

    /// <summary>There is no readable list: nobody was screened.</summary>
    ReasonListNotChecked = 115,

    /// <summary>The list is past its hard age limit.</summary>
    ReasonListStale = 116,

    /// <summary>The person was typed in, not read.</summary>
    ReasonManualEntry = 117,

    /// <summary>A check failed inside the appliance; the stage is in the sealed part.</summary>
    ReasonCheckFailed = 118,

    /// <summary>Characters of the machine readable zone were misread and repaired by its check digits.</summary>
    ReasonRepaired = 119,

    /// <summary>The code of the issuer or the nationality is that of no State or organisation.</summary>
    ReasonUnknownState = 120,

    /// <summary>The message of the reader was damaged on its way, though its text can be read.</summary>
    ReasonReaderTrouble = 121,

    /// <summary>The machine readable zone does not say when the document expires.</summary>
    ReasonExpiryUnknown = 122,

    /// <summary>The document is reported stolen, lost or invalid, by a list that may show at the counter.</summary>
    ReasonDocumentReported = 123,

    /// <summary>Admitted.</summary>
    Admitted = 200,

    /// <summary>Sent to second-line inspection.</summary>
    Referred = 201,

    /// <summary>Refused by a person with a second person. Coercive.</summary>
    Refused = 202,

    /// <summary>Brought to asylum or protection staff (guardrail 9).</summary>
    ProtectionReferral = 203,

    /// <summary>Not a crossing: scanned by mistake, or the traveller left.</summary>
    Withdrawn = 204,

    /// <summary>The hit is the listed person.</summary>
    HitConfirmed = 300,

    /// <summary>The hit is somebody else.</summary>
    HitNotSamePerson = 301,

    /// <summary>It could not be established, and the traveller went on.</summary>
    HitUnresolvedReleased = 302,

    /// <summary>Handed over to the authority. Coercive, except to child or person protection.</summary>
    HitHandedOver = 303,

    // 400 to 439: what the tiles showed, see TileCodes.

    /// <summary>A device is not part of the appliance.</summary>
    DeviceNotFitted = 500,

    /// <summary>A device works.</summary>
    DeviceOk = 501,

    /// <summary>A device works in part.</summary>
    DeviceAttention = 502,

    /// <summary>A device does not work.</summary>
    DeviceFailed = 503,

    /// <summary>A self-test passed in every part that is fitted.</summary>
    SelfTestPassed = 520,

    /// <summary>In a self-test nothing failed, and a part could not be tested or wants attention.</summary>
    SelfTestIncomplete = 521,

    /// <summary>A part failed in a self-test.</summary>
    SelfTestFailed = 522,

    /// <summary>A release was refused: its metadata is not well formed or of another kind.</summary>
    ReleaseMetadataRefused = 600,

    /// <summary>A release was refused: too few trusted signatures.</summary>
    ReleaseNotTrusted = 601,

    /// <summary>A release was refused: older than one seen before.</summary>
    ReleaseVersionRefused = 602,

    /// <summary>A release was refused: its metadata has expired.</summary>
    ReleaseExpired = 603,

    /// <summary>A release was refused: its segment is not the one that was signed.</summary>
    ReleaseSegmentRefused = 604,

    /// <summary>A release was refused: its content key does not open.</summary>
    ReleaseKeyRefused = 605,

    /// <summary>A release was refused: its content is damaged or is not what was signed.</summary>
    ReleaseContentRefused = 606,

    /// <summary>What central says is newest was refused: forged, expired, going back, or not what it offers.</summary>
    NewestRefused = 607,

    /// <summary>The release log does not go on from what was seen before: this post was shown another history.</summary>
    ReleaseLogParted = 608,
}
