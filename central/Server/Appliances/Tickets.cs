using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Issues join tickets (DESIGN §10). Central keeps a hash of the secret only.</summary>
internal sealed class Tickets(ICentralStore store, SiteKeys keys, Auditor auditor, TimeProvider time)
{
    /// <summary>Longest life of a ticket.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(72);

    /// <summary>128 bits: what a typed code has room for, and more than anybody can try in three days.</summary>
    private const int SecretLength = 16;

    /// <summary>Issues one ticket.</summary>
    public async Task<JoinTicket> IssueAsync(
        string postName, string serial, TimeSpan life, string address, string actor, CancellationToken cancellationToken) =>
        (await IssueAsync([new TicketOrder(postName, serial)], life, address, actor, cancellationToken))[0];

    /// <summary>Issues tickets, all of them or none.</summary>
    /// <param name="life">More than nothing, at most <see cref="LifeMax"/>.</param>
    public async Task<IReadOnlyList<JoinTicket>> IssueAsync(
        IReadOnlyList<TicketOrder> orders, TimeSpan life, string address, string actor, CancellationToken cancellationToken)
    {
        if (life <= TimeSpan.Zero || life > LifeMax)
            throw new ArgumentOutOfRangeException(nameof(life));
        var issued = orders.Select(order => Make(order, life, address, actor)).ToArray();
        await store.Appliances.AddTicketsAsync([.. issued.Select(static one => (one.Kept, one.Audit))], cancellationToken);
        return [.. issued.Select(static one => one.Ticket)];
    }

    private (JoinTicket Ticket, Ticket Kept, AuditEvent Audit) Make(TicketOrder order, TimeSpan life, string address, string actor)
    {
        var now = time.GetUtcNow();
        var ticket = new JoinTicket
        {
            Form = JoinTicket.CurrentForm,
            TicketId = $"t-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}",
            Secret = RandomNumberGenerator.GetBytes(SecretLength),
            CentralAddress = address,
            Root = keys.Roots[^1],
            PostName = order.PostName,
            HardwareSerial = order.Serial,
            IssuedAt = now,
            ExpiresAt = now + life,
        };
        var kept = new Ticket
        {
            TicketId = ticket.TicketId,
            SecretSha256 = SHA256.HashData(ticket.Secret),
            PostName = order.PostName,
            HardwareSerial = order.Serial,
            Replaces = order.Replaces,
            IssuedAt = now,
            ExpiresAt = ticket.ExpiresAt,
        };
        var detail = order.Replaces.Length == 0 ? $"post {order.PostName}" : $"post {order.PostName}, in place of {order.Replaces}";
        return (ticket, kept, auditor.Event(actor, AuditAction.TicketIssued, ticket.TicketId, detail));
    }
}

/// <summary>Whom a ticket is for.</summary>
/// <param name="PostName">Name of the post.</param>
/// <param name="Serial">Serial number of the board; empty to have an operator approve by fingerprint.</param>
/// <param name="Replaces">The appliance whose place the newcomer takes; empty for none.</param>
internal sealed record TicketOrder(string PostName, string Serial, string Replaces = "");
