using System.Data.Common;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>The database is well, and more wait for it than it makes sense to wait behind. To come again later is all there is to do.</summary>
internal sealed class DatabaseBusyException : DbException
{
    public DatabaseBusyException()
        : base("more calls wait for a connection of this node to the database than may; raise Storage:ConnectionsMax, or add a node")
    {
    }

    public override bool IsTransient => true;
}
