using EdgeCheckpoint.Worker.Enrolment;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Health;

internal static class HealthWiring
{
    internal static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>();
        services.AddSingleton(MachineClock.Read());
        services.AddSingleton(static provider => new ClockKeeper(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<DataFolder>(),
            provider.GetRequiredService<ApplianceIdentity>().TicketIssuedAt,
            provider.GetRequiredService<MachineClock>()));
        services.AddSingleton<ApplianceHealth>();
        services.AddHostedService<HealthRecordService>();
        return services;
    }
}
