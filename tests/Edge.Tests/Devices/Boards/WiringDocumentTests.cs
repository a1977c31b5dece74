using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using Microsoft.Extensions.Configuration;

namespace EdgeCheckpoint.Edge.Tests.Devices.Boards;

/// <summary>A technician wires by hardware/wiring.md: it says what the program's profiles say.</summary>
public sealed class WiringDocumentTests
{
    public static TheoryData<string> Profiles => [.. BoardProfiles.All.Where(static name => Read(name).Kind == BoardKind.Gpio)];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Table_OfAProfile_HasItsLinesAndAddresses(string profile)
    {
        var options = Read(profile);
        var section = File.ReadAllText(Path.Combine(Root(), "hardware", "wiring.md")).Split("\n## ").Single(part => part.StartsWith(profile + "\n", StringComparison.Ordinal));
        var rows = section.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| part", StringComparison.Ordinal))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries)).ToDictionary(static cells => cells[1], static cells => cells[2].Split(' ')[0]);

        Assert.Equal(Expected(options).OrderBy(static row => row.Key, StringComparer.Ordinal), rows.OrderBy(static row => row.Key, StringComparer.Ordinal));
        Assert.Contains($"`{options.ChipLabel}`", section, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Expected(BoardOptions options)
    {
        var rows = new Dictionary<string, string>();
        void Add(string name, int? value)
        {
            if (value is { } number)
                rows[name] = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        foreach (var role in Enum.GetValues<ContactRole>())
            Add(role.ToString(), options.Contact(role)?.Line);
        Add("Red", options.Red?.Line);
        Add("Amber", options.Amber?.Line);
        Add("Green", options.Green?.Line);
        Add("Buzzer", options.Buzzer?.Line);
        Add("GateReady", options.GateReady?.Line);
        Add("Climate", options.Climate?.Address);
        Add("Supply", options.Supply?.Address);
        Add("Clock", options.Clock?.Address);
        Add("Display", options.Display?.Address);
        return rows;
    }

    private static BoardOptions Read(string profile) =>
        new ConfigurationBuilder().AddJsonStream(BoardProfiles.Open(profile)!).Build().GetSection(BoardOptions.Section).Get<BoardOptions>()!;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeCheckpoint.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The repository is not above the tests.");
        return folder.FullName;
    }
}
