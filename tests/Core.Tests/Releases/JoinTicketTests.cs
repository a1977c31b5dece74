using System.Text;
using System.Text.Json.Nodes;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class JoinTicketTests
{
    private static readonly RootFixtures Site = new();
    private static readonly SignedMetadata SignedRoot = Site.Sign(Site.Root());
    private static readonly DateTimeOffset Issued = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ToJsonThenTryParse_Ticket_GivesItBack()
    {
        var ticket = Ticket();

        Assert.True(JoinTicket.TryParse(ticket.ToJson(), out var read, out var problem));

        Assert.Equal("", problem);
        Assert.Equal(ticket.ToJson(), read.ToJson());
        Assert.Equal((ticket.TicketId, ticket.PostName, ticket.IssuedAt), (read.TicketId, read.PostName, read.IssuedAt));
        Assert.Equal(Site.Root().SiteName, read.RootMetadata.SiteName);
        Assert.Equal(ticket.RootMetadata.Pin.ToArray(), read.RootMetadata.Pin.ToArray());
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
    public void TryParse_AnyPropertyOfTheRootMissingOrNull_IsRefused()
    {
        foreach (var name in (string[])["metadata", "signatures"])
        {
            Assert.NotEmpty(Refuse(ticket => ticket["root"]!.AsObject().Remove(name)));
            Assert.NotEmpty(Refuse(ticket => ticket["root"]![name] = null));
        }

        Assert.NotEmpty(Refuse(ticket => ticket["root"]!["signatures"]![0] = null));
    }

    [Fact]
    public void TryParse_OldForm_SaysToIssueANewTicket()
    {
        const string Old = """{"form":1,"ticket_id":"t","ca_certificate_der":"MAA=","roles":[]}""";

        Assert.False(JoinTicket.TryParse(Encoding.UTF8.GetBytes(Old), out _, out var problem));

        Assert.Contains("issue a new ticket", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_RootNotSignedByItsOwnKeys_IsRefused()
    {
        Assert.Contains("1 of the 2", Refuse(ticket => ticket["root"]!["signatures"]!.AsArray().RemoveAt(0)), StringComparison.Ordinal);
        Assert.Contains("the root on it cannot be trusted", Refuse(ticket => ticket["root"]!["metadata"] = "AAAA"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("form", "3", "form 3 is not known; this program reads form 2")]
    [InlineData("secret", "\"AAAA\"", "the secret is too short")]
    [InlineData("central_address", "\"http://central.example\"", "central's address is not an https address")]
    [InlineData("central_address", "\"central.example:7443\"", "central's address is not an https address")]
    [InlineData("central_address", "\"\"", "central's address is not an https address")]
    [InlineData("expires_at", "\"2026-11-23T08:00:00+00:00\"", "the ticket's term is not 0 to 72 hours")]
    [InlineData("expires_at", "\"2026-11-26T08:00:01+00:00\"", "the ticket's term is not 0 to 72 hours")]
    public void TryParse_WrongValue_IsNamed(string name, string value, string problem) =>
        Assert.Equal(problem, Refuse(ticket => ticket[name] = JsonNode.Parse(value)));

    private static string Refuse(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Ticket().ToJson())!.AsObject();
        change(json);
        Assert.False(JoinTicket.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out var problem), json.ToJsonString());
        return problem;
    }

    private static JoinTicket Ticket() => new()
    {
        Form = JoinTicket.CurrentForm,
        TicketId = "t-1",
        Secret = new byte[16],
        CentralAddress = "https://central.example:7443",
        Root = SignedRoot,
        PostName = "North gate, Utopia",
        HardwareSerial = "",
        IssuedAt = Issued,
        ExpiresAt = Issued + JoinTicket.LifeMax,
    };
}
