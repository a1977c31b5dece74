using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.People;

/// <summary>
/// How strict a site is. A bench holds its own root keys: whoever has its folder is everybody, so it lets the command line make
/// accounts and publish, and says so in the audit. A site in service lets people do it, two of them.
/// </summary>
internal sealed class SiteSecurity(SiteKeys keys)
{
    /// <summary>True while root keys lie in central's folder.</summary>
    public bool IsBench => keys.KeysOf(SigningRole.Root).Length > 0;
}
