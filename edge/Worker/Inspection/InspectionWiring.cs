using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Inspection;

internal static class InspectionWiring
{
    internal static IServiceCollection AddInspection(this IServiceCollection services)
    {
        services.AddOptions<InspectionOptions>().BindConfiguration(InspectionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InspectionOptions>, InspectionOptionsValidator>();
        services.AddSingleton<EncounterBook>();
        services.AddSingleton<InspectionHold>();
        services.AddSingleton<InspectionPipeline>();
        services.AddSingleton<DecisionDesk>();
        services.AddHostedService<StartService>();
        services.AddHostedService<OpeningService>();
        services.AddHostedService<InspectionService>();
        services.AddHostedService<ReaderWatchService>();
        return services;
    }
}
