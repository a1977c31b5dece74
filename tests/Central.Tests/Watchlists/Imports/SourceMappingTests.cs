using System.Globalization;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class SourceMappingTests
{
    private const string Good =
        """
        # A source.
        [fields]
        entry_id = id # x
        names = n # x
        weak_names = - # x
        birth_dates = b # x
        nationalities = c # x
        sex = s # x
        documents = d # x
        reference = r # x
        [left out]
        addresses = a # x
        [defaults]
        list = L # x
        owner = O # x
        legal_basis = B # x
        purpose = P # x
        action = inquire # x
        evidence = decision # x
        life_months = 1 # x
        contact = - # x
        """;

    public static TheoryData<string> Sources => [.. SourceMapping.Sources];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Mapping_OfEverySource_NamesEveryFieldOnceAndIsUsable(string source)
    {
        var mapping = SourceMapping.Of(source);

        Assert.Equal(SourceMapping.FieldNames.Order(), mapping.Fields.Select(static line => line.Key).Order());
        Assert.Equal(SourceMapping.DefaultNames.Order(), mapping.Defaults.Select(static line => line.Key).Order());
        Assert.NotEmpty(mapping.LeftOut);
        Assert.All(mapping.Fields.Concat(mapping.LeftOut).Concat(mapping.Defaults), static line => Assert.NotEmpty(line.Note));
        // Only our own forms ask their rows or the command for what makes an entry lawful.
        Assert.Equal(source is "csv" or "documents-csv", mapping.Complete(new ListDefaults(), new DateOnly(2026, 1, 1)).Missing.Length > 0);
    }

    [Fact]
    public void Complete_WhatWasGiven_GoesBeforeTheFile()
    {
        var defaults = SourceMapping.Parse(Good).Complete(new ListDefaults { Owner = "Police" }, new DateOnly(2026, 1, 1));

        Assert.Equal(("L", "Police", new DateOnly(2026, 2, 1)), (defaults.ListName, defaults.Owner, defaults.ExpiresOn));
    }

    [Theory]
    [InlineData("sex = s # x\n", "")]
    [InlineData("sex = s # x", "sex = s # x\nsex = t # x")]
    [InlineData("sex = s # x", "colour = s # x")]
    [InlineData("sex = s # x", "sex = s")]
    [InlineData("sex = s # x", "sex = s #")]
    [InlineData("sex = s # x", "sex")]
    [InlineData("[defaults]", "[habits]")]
    [InlineData("[fields]\n", "")]
    public void Parse_FileWithAFault_IsRefused(string part, string instead) =>
        Assert.Throws<FormatException>(() => SourceMapping.Parse(Good.Replace(part, instead, StringComparison.Ordinal)));

    [Fact]
    public async Task Command_Mapping_PrintsTheFile()
    {
        await using var site = await TestSite.StartAsync();

        var (code, output, _) = await site.CommandAsync("watchlists", "mapping", "ofac-csv");

        Assert.Equal(0, code);
        Assert.Contains("alt_name of alt.csv", output, StringComparison.Ordinal);
        Assert.True(int.Parse(SourceMapping.Of("ofac-csv").Default("life_months"), CultureInfo.InvariantCulture) > 0);
    }
}
