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

    private const int SecretLength = 32;

    /// <param name="serial">Serial number of the board; empty to have an operator approve by fingerprint.</param>
    /// <param name="life">More than nothing, at most <see cref="LifeMax"/>.</param>
    public async Task<JoinTicket> IssueAsync(
        string postName, string serial, TimeSpan life, string address, string actor, CancellationToken cancellationToken)
    {
        if (life <= TimeSpan.Zero || life > LifeMax)
            throw new ArgumentOutOfRangeException(nameof(life));
        var now = time.GetUtcNow();
        var ticket = new JoinTicket
        {
            Form = JoinTicket.CurrentForm,
            TicketId = $"t-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}",
            Secret = RandomNumberGenerator.GetBytes(SecretLength),
            CentralAddress = address,
            Root = keys.Roots[^1],
            PostName = postName,
            HardwareSerial = serial,
            IssuedAt = now,
            ExpiresAt = now + life,
        };
        var kept = new Ticket
        {
            TicketId = ticket.TicketId,
            SecretSha256 = SHA256.HashData(ticket.Secret),
            PostName = postName,
            HardwareSerial = serial,
            IssuedAt = now,
            ExpiresAt = ticket.ExpiresAt,
        };
        await store.Appliances.AddTicketAsync(
            kept, auditor.Event(actor, AuditAction.TicketIssued, ticket.TicketId, $"post {postName}"), cancellationToken);
        return ticket;
    }
}
