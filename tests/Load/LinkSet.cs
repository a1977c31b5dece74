using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Load;

/// <summary>A bad link for each appliance; none where the link is perfect.</summary>
internal sealed class LinkSet : IAsyncDisposable
{
    private readonly List<LinkProxy> _links = [];

    internal LinkSet(SimulatedAppliance[] appliances, Uri central, LinkQuality? quality)
    {
        if (quality is null)
            return;
        for (var i = 0; i < appliances.Length; i++)
        {
            var link = new LinkProxy(central, seed: i) { Quality = quality };
            _links.Add(link);
            appliances[i].Address = link.Address;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
            await link.DisposeAsync();
    }
}
