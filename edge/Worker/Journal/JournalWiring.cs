using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Journal;

internal static class JournalWiring
{
    internal static IServiceCollection AddJournal(this IServiceCollection services)
    {
        services.AddOptions<JournalOptions>().BindConfiguration(JournalOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JournalOptions>, JournalOptionsValidator>();
        services.AddSingleton<JournalStore>();
        services.AddHostedService<CheckpointService>();
        return services;
    }
}
