using System.Text;
using System.Text.Json.Nodes;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class JoinTicketTests
{
    private static readonly DateTimeOffset Issued = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ToJsonThenTryParse_Ticket_GivesItBack()
    {
        var ticket = Ticket();

        Assert.True(JoinTicket.TryParse(ticket.ToJson(), out var read, out var problem));

        Assert.Equal("", problem);
        Assert.Equal(ticket.ToJson(), read.ToJson());
        Assert.Equal((ticket.TicketId, ticket.PostName, ticket.IssuedAt), (read.TicketId, read.PostName, read.IssuedAt));
        var role = Assert.Single(read.ToTrust().Roles);
        Assert.Equal((ReleaseKind.Watchlist, 2, 2), (role.Kind, role.Threshold, role.PublicKeys.Length));
    }

    [Fact]
    public void TryParse_CutAtEveryByte_IsRefusedWithAPlace()
    {
        var json = Ticket().ToJson();

        for (var length = 0; length < json.Length; length++)
        {
            Assert.False(JoinTicket.TryParse(json.AsSpan(0, length), out var ticket, out var problem));
            Assert.Null(ticket);
            Assert.StartsWith("not a ticket file", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TryParse_TooLarge_IsRefusedUnread()
    {
        Assert.False(JoinTicket.TryParse(new byte[JoinTicket.BytesMax + 1], out _, out var problem));

        Assert.Contains("at most 65536 bytes", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("\u0000")]
    public void TryParse_SomethingElse_IsRefused(string json)
    {
        Assert.False(JoinTicket.TryParse(Encoding.UTF8.GetBytes(json), out _, out var problem));

        Assert.StartsWith("not a ticket file", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_AnyPropertyMissingOrNull_IsRefused()
    {
        foreach (var name in JsonNode.Parse(Ticket().ToJson())!.AsObject().Select(static property => property.Key).ToArray())
        {
            Assert.NotEmpty(Refuse(ticket => ticket.Remove(name)));
            Assert.NotEmpty(Refuse(ticket => ticket[name] = null));
        }
    }

    [Fact]
    public void TryParse_AnyPropertyOfARoleMissingOrNull_IsRefused()
    {
        foreach (var name in (string[])["kind", "threshold", "public_keys_spki"])
        {
            Assert.NotEmpty(Refuse(ticket => ticket["roles"]![0]!.AsObject().Remove(name)));
            Assert.NotEmpty(Refuse(ticket => ticket["roles"]![0]![name] = null));
        }

        Assert.NotEmpty(Refuse(ticket => ticket["roles"]![0] = null));
        Assert.NotEmpty(Refuse(ticket => ticket["roles"]![0]!["public_keys_spki"]![0] = null));
    }

    [Theory]
    [InlineData("form", "2", "form 2 is not known; this program reads form 1")]
    [InlineData("secret", "\"AAAA\"", "the secret is too short")]
    [InlineData("roles", "[]", "the ticket names no release keys")]
    [InlineData("ca_certificate_der", "\"\"", "the certification authority is missing")]
    [InlineData("central_record_key_spki", "\"\"", "a key of central is missing")]
    [InlineData("timestamp_key_spki", "\"\"", "a key of central is missing")]
    [InlineData("central_address", "\"http://central.example\"", "central's address is not an https address")]
    [InlineData("central_address", "\"central.example:7443\"", "central's address is not an https address")]
    [InlineData("central_address", "\"\"", "central's address is not an https address")]
    [InlineData("expires_at", "\"2026-11-23T08:00:00+00:00\"", "the ticket's term is not 0 to 72 hours")]
    [InlineData("expires_at", "\"2026-11-26T08:00:01+00:00\"", "the ticket's term is not 0 to 72 hours")]
    public void TryParse_WrongValue_IsNamed(string name, string value, string problem) =>
        Assert.Equal(problem, Refuse(ticket => ticket[name] = JsonNode.Parse(value)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3)]
    public void TryParse_ThresholdNobodyOrTooManyMeet_IsRefused(int threshold) =>
        Assert.StartsWith("a release role", Refuse(ticket => ticket["roles"]![0]!["threshold"] = threshold), StringComparison.Ordinal);

    [Fact]
    public void TryParse_RoleWithOneKeyTwice_IsRefused() =>
        Assert.StartsWith(
            "a release role",
            Refuse(ticket => ticket["roles"]![0]!["public_keys_spki"]![1] = ticket["roles"]![0]!["public_keys_spki"]![0]!.DeepClone()),
            StringComparison.Ordinal);

    private static string Refuse(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Ticket().ToJson())!.AsObject();
        change(json);
        Assert.False(JoinTicket.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out var problem), json.ToJsonString());
        return problem;
    }

    private static JoinTicket Ticket() => new()
    {
        Form = 1,
        TicketId = "t-1",
        Secret = new byte[16],
        CentralAddress = "https://central.example:7443",
        CaCertificateDer = [1, 2, 3],
        CentralRecordKeySpki = [4, 5],
        TimestampKeySpki = [6, 7],
        Roles = [new TicketRole { Kind = ReleaseKind.Watchlist, Threshold = 2, PublicKeysSpki = [[8], [9]] }],
        PostName = "North gate, Utopia",
        HardwareSerial = "",
        IssuedAt = Issued,
        ExpiresAt = Issued + JoinTicket.LifeMax,
    };
}
