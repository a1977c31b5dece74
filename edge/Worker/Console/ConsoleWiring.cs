using System.Reflection;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Console;

internal static class ConsoleWiring
{
    internal static IServiceCollection AddCounterConsole(this IServiceCollection services)
    {
        services.AddOptions<ConsoleOptions>().BindConfiguration(ConsoleOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ConsoleOptions>, ConsoleOptionsValidator>();
        services.AddSingleton<CounterPages>();
        return services;
    }

    internal static void MapCounterConsole(this WebApplication app)
    {
        var pages = app.Services.GetRequiredService<CounterPages>();
        app.UseLoopbackGuard();
        app.UseRouting();
        app.MapGet("/", (RequestDelegate)pages.PageAsync);
        app.MapGet("/counter", (RequestDelegate)pages.FragmentAsync);
        app.MapGet("/events", (RequestDelegate)pages.EventsAsync);
        app.MapGet("/encounters/open", (RequestDelegate)pages.OpenAsync);
        app.MapPost("/shift/begin", (RequestDelegate)pages.BeginShiftAsync);
        app.MapPost("/shift/end", (RequestDelegate)pages.EndShiftAsync);
        app.MapPost("/encounters/manual", (RequestDelegate)pages.ManualAsync);
        app.MapPost("/encounters/{id:guid}/decision", (RequestDelegate)pages.DecideAsync);
        app.MapPost("/encounters/{id:guid}/keep", (RequestDelegate)pages.KeepAsync);
        app.MapGet("/healthz", (RequestDelegate)HealthAsync);
        MapFile(app, "counter.css", "text/css; charset=utf-8");
        MapFile(app, "counter.js", "text/javascript; charset=utf-8");
    }

    /// <summary>Page files travel inside the binary, so that there is one file to install.</summary>
    private static void MapFile(WebApplication app, string name, string contentType)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("console/" + name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        app.MapGet("/" + name, (RequestDelegate)(context =>
        {
            context.Response.ContentType = contentType;
            return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
        }));
    }

    private static Task HealthAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var parts = services.GetRequiredService<ApplianceHealth>().Parts();
        var link = services.GetRequiredService<CentralLink>().State;
        var summary = new HealthSummary(
            parts.Any(static part => part.Health.State == DeviceState.Failed) ? "attention" : "ok",
            services.GetRequiredService<InstalledList>().Current?.Metadata.Version,
            link.IsUp,
            link.Detail,
            services.GetRequiredService<JournalStore>().Depth().RecordsWaiting,
            services.GetRequiredService<ClockKeeper>().Read().Quality.ToString(),
            services.GetRequiredService<IDocumentScanner>().Health.State.ToString(),
            [.. parts.Select(static part => new PartSummary(part.Name, part.Health.State.ToString(), part.Health.Detail))]);
        return context.Response.WriteAsJsonAsync(summary, ConsoleJson.Default.HealthSummary, cancellationToken: context.RequestAborted);
    }
}
