using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// The doorbells that are open, by appliance: so many and no more. The newest stays, since an older one may be a connection that is
/// dead without central knowing.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class OpenDoorbells(IOptions<AppliancesOptions> options)
{
    private readonly Dictionary<string, List<Place>> _open = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Takes a place; the oldest of the appliance loses its own when there are too many.</summary>
    public Place Enter(string applianceId)
    {
        var place = new Place(this, applianceId);
        Place? oldest = null;
        lock (_gate)
        {
            if (!_open.TryGetValue(applianceId, out var places))
                _open[applianceId] = places = [];
            places.Add(place);
            if (places.Count > options.Value.DoorbellsMax)
            {
                oldest = places[0];
                places.RemoveAt(0);
            }
        }

        oldest?.Displace();
        return place;
    }

    private void Leave(Place place)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(place.ApplianceId, out var places) && places.Remove(place) && places.Count == 0)
                _open.Remove(place.ApplianceId);
        }
    }

    /// <summary>One open doorbell; disposed when it ends.</summary>
    internal sealed class Place(OpenDoorbells owner, string applianceId) : IDisposable
    {
        private readonly CancellationTokenSource _displaced = new();
        private readonly Lock _ending = new();
        private bool _hasEnded;

        public string ApplianceId => applianceId;

        /// <summary>Ends when newer doorbells of the appliance took the place.</summary>
        public CancellationToken Displaced => _displaced.Token;

        public void Dispose()
        {
            owner.Leave(this);
            lock (_ending)
            {
                _hasEnded = true;
                _displaced.Dispose();
            }
        }

        internal void Displace()
        {
            lock (_ending)
            {
                if (!_hasEnded)
                    _displaced.Cancel();
            }
        }
    }
}
