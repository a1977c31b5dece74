using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeCheckpoint.Testing;

/// <summary>An open encounter as the counter tells scripts: without anything that names a traveller.</summary>
public sealed record OpenEncounterView(Guid Id, bool IsClear, bool IsResumed, IReadOnlyList<string> Hits);

/// <summary>An officer who clicks through HTTP.</summary>
public abstract partial class Counter : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _counter = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>Between two questions to the appliance.</summary>
    protected virtual TimeSpan Pause => TimeSpan.FromMilliseconds(50);

    public Uri CounterAddress { get; protected set; } = new("http://127.0.0.1:0");

    /// <summary>Waits for the accounts and signs somebody in.</summary>
    /// <exception cref="InvalidOperationException">The counter did not take it; the message has what the page said.</exception>
    public async Task SignInAsync(PersonSecret person, CancellationToken cancellationToken)
    {
        await Until.TrueAsync(
            "the appliance having accounts",
            async token => (await HealthAsync(token)).GetProperty("accounts_version").ValueKind == JsonValueKind.Number,
            Patience,
            cancellationToken,
            Pause);
        await TrySignInAsync(person, cancellationToken);
        var page = await PageAsync(cancellationToken);
        if (!page.Contains($"On duty: {person.StaffNumber}", StringComparison.Ordinal))
            throw new InvalidOperationException($"{person.StaffNumber} could not sign in: {page}");
    }

    /// <summary>Sends the sign-in form, whatever comes of it.</summary>
    public Task<HttpStatusCode> TrySignInAsync(PersonSecret person, CancellationToken cancellationToken) =>
        PostAsync("/sign-in", cancellationToken, ("staff", person.StaffNumber), ("secret", person.Secret), ("badge", person.Badge));

    /// <summary>Health as the endpoint gives it.</summary>
    public Task<JsonElement> HealthAsync(CancellationToken cancellationToken) =>
        _counter.GetFromJsonAsync<JsonElement>(new Uri(CounterAddress, "/healthz"), cancellationToken);

    /// <summary>The counter page as the officer sees it.</summary>
    public Task<string> PageAsync(CancellationToken cancellationToken) => _counter.GetStringAsync(CounterAddress, cancellationToken);

    /// <summary>Encounters that wait for a decision.</summary>
    public async Task<IReadOnlyList<OpenEncounterView>> OpenAsync(CancellationToken cancellationToken)
    {
        var open = await _counter.GetFromJsonAsync<JsonElement>(new Uri(CounterAddress, "/encounters/open"), cancellationToken);
        return [.. open.EnumerateArray().Select(static encounter => new OpenEncounterView(
            encounter.GetProperty("encounter_id").GetGuid(),
            encounter.GetProperty("clear").GetBoolean(),
            encounter.GetProperty("resumed").GetBoolean(),
            [.. encounter.GetProperty("hits").EnumerateArray().Select(static hit => hit.GetString()!)]))];
    }

    /// <summary>
    /// Waits until the reader is open, and where asked until a list of at least this version is in use, which takes somebody
    /// who has signed in.
    /// </summary>
    public Task ReadyAsync(CancellationToken cancellationToken, ulong listVersion = 0) =>
        Until.TrueAsync(
            $"the appliance being ready with list {listVersion}",
            async token =>
            {
                var health = await HealthAsync(token);
                var version = health.GetProperty("list_version");
                return health.GetProperty("reader").GetString() == "Ok"
                    && (listVersion == 0 || (version.ValueKind == JsonValueKind.Number && version.GetUInt64() >= listVersion));
            },
            Patience,
            cancellationToken,
            Pause);

    /// <summary>Waits for the encounter of a document that is laid down now.</summary>
    /// <param name="lay">Lays it down.</param>
    protected async Task<OpenEncounterView> EncounterOfAsync(Func<Task> lay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lay);
        var before = (await OpenAsync(cancellationToken)).Select(static encounter => encounter.Id).ToHashSet();
        await lay();
        return await Until.FoundAsync(
            "an encounter for the document",
            async token => (await OpenAsync(token)).FirstOrDefault(encounter => !before.Contains(encounter.Id)),
            Patience,
            cancellationToken,
            Pause);
    }

    /// <summary>Decides an encounter.</summary>
    /// <param name="outcome">Code of the outcome.</param>
    /// <param name="hitOutcome">Code for every hit; 0 for none.</param>
    /// <param name="secondPerson">Staff number of the second person, or empty.</param>
    /// <returns>303/302 when recorded, 422 when a rule stands in the way.</returns>
    public Task<HttpStatusCode> DecideAsync(
        OpenEncounterView encounter, int outcome, int hitOutcome, CancellationToken cancellationToken, PersonSecret? secondPerson = null)
    {
        (string, string)[] fields =
        [
            ("outcome", outcome.ToString(CultureInfo.InvariantCulture)),
            ("note", ""),
            ("second", secondPerson?.StaffNumber ?? ""),
            ("second_secret", secondPerson?.Secret ?? ""),
            ("second_badge", secondPerson?.Badge ?? ""),
            .. encounter.Hits.Where(_ => hitOutcome != 0).Select(hit => ($"hit:{hit}", hitOutcome.ToString(CultureInfo.InvariantCulture))),
        ];
        return PostAsync($"/encounters/{encounter.Id}/decision", cancellationToken, fields);
    }

    /// <summary>Leaves a reopened encounter as it was decided.</summary>
    public Task<HttpStatusCode> KeepAsync(OpenEncounterView encounter, CancellationToken cancellationToken) =>
        PostAsync($"/encounters/{encounter.Id}/keep", cancellationToken);

    /// <summary>Posts a form of the counter page, with the token that the page's forms carry.</summary>
    public async Task<HttpStatusCode> PostAsync(
        string path, CancellationToken cancellationToken, params (string Name, string Value)[] fields)
    {
        var token = FormToken().Match(await PageAsync(cancellationToken)).Groups[1].Value;
        using var content = new FormUrlEncodedContent(fields.Append((Name: "form_token", Value: token)).Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await _counter.PostAsync(new Uri(CounterAddress, path), content, cancellationToken);
        return response.StatusCode;
    }

    [GeneratedRegex("name=\"form_token\" value=\"([0-9a-f]+)\"")]
    private static partial Regex FormToken();

    public virtual ValueTask DisposeAsync()
    {
        _counter.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
