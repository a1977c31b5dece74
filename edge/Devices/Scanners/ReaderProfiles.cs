using System.Collections.Immutable;
using EdgeCheckpoint.Devices.Scanners.CodeRows;
using EdgeCheckpoint.Devices.Scanners.DeskoCute;
using EdgeCheckpoint.Devices.Scanners.Generic;
using EdgeCheckpoint.Devices.Scanners.HoneywellOcr;
using EdgeCheckpoint.Devices.Scanners.Newland;
using EdgeCheckpoint.Devices.Scanners.OpticonMdi;
using EdgeCheckpoint.Devices.Scanners.ThreeMRte6701;
using EdgeCheckpoint.Devices.Scanners.TokenWorksWedge;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>The readers this appliance knows by name; each has a folder with its README.</summary>
public static class ReaderProfiles
{
    /// <summary>The profile that works for most readers.</summary>
    public static ReaderProfile Generic => GenericProfile.Profile;

    /// <summary>All profiles, the generic one first.</summary>
    public static ImmutableArray<ReaderProfile> All { get; } =
    [
        GenericProfile.Profile,
        ThreeMRte6701Profile.Profile,
        DeskoCuteProfile.Profile,
        HoneywellOcrProfile.Profile,
        CodeRowsProfile.Profile,
        NewlandProfile.Profile,
        OpticonMdiProfile.Profile,
        TokenWorksWedgeProfile.Profile,
    ];

    /// <summary>Names as a sentence lists them.</summary>
    public static string Names => string.Join(", ", All.Select(static profile => profile.Name));

    /// <summary>The profile of this name; null when there is none.</summary>
    public static ReaderProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);
}
