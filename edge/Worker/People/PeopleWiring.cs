using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.People;

internal static class PeopleWiring
{
    internal static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddOptions<PeopleOptions>().BindConfiguration(PeopleOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PeopleOptions>, PeopleOptionsValidator>();
        services.AddSingleton<PostPeople>();
        services.AddSingleton<PostKeyring>();
        services.AddSingleton<AttemptBook>();
        services.AddSingleton<BlockBook>();
        services.AddSingleton<OfferedBadge>();
        services.AddSingleton<CounterSession>();
        services.AddSingleton<SignInDesk>();
        services.AddSingleton(static provider => new PeopleInstaller(
            ReleaseStore.OfPeople(provider.GetRequiredService<DataFolder>()),
            provider.GetRequiredService<IContentKeyStore>(),
            provider.GetRequiredService<IDeviceKey>(),
            provider.GetRequiredService<ApplianceIdentity>(),
            provider.GetRequiredService<SiteTrust>(),
            provider.GetRequiredService<ClockKeeper>()));
        services.AddHostedService<IdleLockService>();
        return services;
    }
}
