using System.Reflection;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
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
        services.AddSingleton<BrowserKey>();
        services.AddSingleton<LocalDoor>();
        services.AddSingleton<SelfTestPage>();
        services.AddSingleton<CounterAccess>();
        services.AddSingleton<CounterPages>();
        services.AddSingleton<AccountPages>();
        services.AddSingleton<BackEntryPage>();
        services.AddSingleton<ServicePages>();
        return services;
    }

    internal static void MapCounterConsole(this WebApplication app)
    {
        var pages = app.Services.GetRequiredService<CounterPages>();
        var accounts = app.Services.GetRequiredService<AccountPages>();
        var backEntry = app.Services.GetRequiredService<BackEntryPage>();
        var service = app.Services.GetRequiredService<ServicePages>();
        var selfTest = app.Services.GetRequiredService<SelfTestPage>();
        var access = app.Services.GetRequiredService<CounterAccess>();
        app.UseLoopbackGuard();
        app.UseRouting();
        app.Use(access.CheckAsync);
        Get("/", Access.Anyone, pages.PageAsync);
        Get("/counter", Access.Anyone, pages.FragmentAsync);
        Get("/events", Access.Anyone, pages.EventsAsync);
        Get("/healthz", Access.Anyone, HealthAsync);
        Get("/encounters/open", Access.Travellers, pages.OpenAsync);
        Post("/encounters/manual", Access.Travellers, pages.ManualAsync);
        Post("/encounters/back-entry", Access.Supervisor, backEntry.EnterAsync);
        Post("/encounters/{id:guid}/decision", Access.Travellers, pages.DecideAsync);
        Post("/encounters/{id:guid}/keep", Access.Travellers, pages.KeepAsync);
        Post("/sign-in", Access.Anyone, accounts.SignInAsync);
        Post("/sign-out", Access.SignedIn, accounts.SignOutAsync);
        Post("/lock", Access.SignedIn, accounts.LockAsync);
        Post("/accounts/block", Access.Supervisor, accounts.BlockAsync);
        Post("/accounts/unblock", Access.Supervisor, accounts.UnblockAsync);
        Post("/service/begin", Access.Technician, service.BeginAsync);
        Post("/service/end", Access.Technician, service.EndAsync);
        Post("/self-test", Access.LocalProgram, selfTest.RunAsync);
        MapFile(app, "counter.css", "text/css; charset=utf-8");
        MapFile(app, "counter.js", "text/javascript; charset=utf-8");

        void Get(string route, Access who, RequestDelegate answer) => app.MapGet(route, answer).WithMetadata(new AccessMark(who));
        void Post(string route, Access who, RequestDelegate answer) => app.MapPost(route, answer).WithMetadata(new AccessMark(who));
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
        })).WithMetadata(new AccessMark(Access.Anyone));
    }

    private static Task HealthAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var parts = services.GetRequiredService<ApplianceHealth>().Parts();
        var link = services.GetRequiredService<CentralLink>().State;
        var depth = services.GetRequiredService<JournalStore>().Depth();
        var summary = new HealthSummary(
            parts.Any(static part => part.Health.State == DeviceState.Failed) ? "attention" : "ok",
            services.GetRequiredService<InstalledList>().Current?.Metadata.Version,
            link.IsUp,
            link.Detail,
            depth.ShownWaiting,
            depth.RecordsWaiting == 0,
            services.GetRequiredService<ClockKeeper>().Read().Quality.ToString(),
            services.GetRequiredService<IDocumentScanner>().Health.State.ToString(),
            services.GetRequiredService<PostPeople>().Current?.Version,
            services.GetRequiredService<PostKeyring>().IsOpen,
            [.. parts.Select(static part => new PartSummary(part.Name, part.Health.State.ToString(), part.Health.Detail))]);
        return context.Response.WriteAsJsonAsync(summary, ConsoleJson.Default.HealthSummary, cancellationToken: context.RequestAborted);
    }
}
