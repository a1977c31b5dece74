using EdgeCheckpoint.Worker.People;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Inspection;

internal static class InspectionWiring
{
    internal static IServiceCollection AddInspection(this IServiceCollection services)
    {
        services.AddOptions<InspectionOptions>().BindConfiguration(InspectionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InspectionOptions>, InspectionOptionsValidator>();
        services.AddSingleton<CounterSession>();
        services.AddSingleton<EncounterBook>();
        services.AddSingleton<InspectionPipeline>();
        services.AddSingleton<DecisionDesk>();
        services.AddHostedService<StartService>();
        services.AddHostedService<InspectionService>();
        services.AddHostedService<ReaderWatchService>();
        return services;
    }
}
