using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Worker.Enrolment;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Health;

[OptionsValidator]
internal sealed partial class BoardOptionsValidator : IValidateOptions<BoardOptions>;

internal static class HealthWiring
{
    internal static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddOptions<BoardOptions>().BindConfiguration(BoardOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BoardOptions>, BoardOptionsValidator>();
        services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>();
        services.AddSingleton(static provider => BoardFactory.Create(
            provider.GetRequiredService<IOptions<BoardOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(MachineClock.Read());
        services.AddSingleton(static provider => new ClockKeeper(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<DataFolder>(),
            provider.GetRequiredService<ApplianceIdentity>().TicketIssuedAt,
            provider.GetRequiredService<MachineClock>()));
        services.AddSingleton<TamperLatch>();
        services.AddSingleton<ApplianceHealth>();
        services.AddHostedService<BoardService>();
        services.AddHostedService<TamperWatchService>();
        services.AddHostedService<StackLightService>();
        services.AddHostedService<HealthRecordService>();
        return services;
    }
}
