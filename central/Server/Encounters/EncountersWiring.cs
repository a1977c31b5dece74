using EdgeCheckpoint.Central.Observability;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Encounters;

internal static class EncountersWiring
{
    /// <summary>What commands and server share.</summary>
    public static IServiceCollection AddEncounters(this IServiceCollection services) =>
        services.AddMetrics().AddSingleton<CentralMetrics>().AddSingleton<EncounterDesk>().AddSingleton<BlindTerms>();

    /// <summary>What only the server needs: taking records.</summary>
    public static IServiceCollection AddJournalIntake(this IServiceCollection services)
    {
        services.AddOptions<IntakeOptions>().BindConfiguration(IntakeOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IDiskSpace, DataFolderSpace>();
        return services
            .AddSingleton<IValidateOptions<IntakeOptions>, IntakeOptionsValidator>()
            .AddSingleton<IValidateOptions<IntakeOptions>, IntakeLimitsValidator>()
            .AddSingleton<IntakeQueue>()
            .AddSingleton<JournalIntake>();
    }
}
