using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

internal static class AppliancesWiring
{
    /// <summary>What commands and server share.</summary>
    public static IServiceCollection AddAppliances(this IServiceCollection services) =>
        services.AddSingleton<Tickets>().AddSingleton<Enrolment>().AddSingleton<ApplianceAdmission>().AddSingleton<StrandedAppliances>()
            .AddSingleton<LostAppliance>().AddSingleton<WipeOrders>().AddSingleton<RescueIntake>();

    /// <summary>What only the server needs: doorbell, health, checks of callers.</summary>
    public static IServiceCollection AddApplianceServices(this IServiceCollection services)
    {
        services.AddOptions<AppliancesOptions>().BindConfiguration(AppliancesOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<AppliancesOptions>, AppliancesOptionsValidator>()
            .AddSingleton<IValidateOptions<AppliancesOptions>, AppliancesOptionsRelations>()
            .AddSingleton<CallerCheck>()
            .AddSingleton<CallLimits>()
            .AddSingleton<OpenDoorbells>()
            .AddSingleton<SignedClock>()
            .AddSingleton<Pulse>()
            .AddSingleton<PulseWatcher>()
            .AddHostedService(static provider => provider.GetRequiredService<PulseWatcher>());
    }
}
