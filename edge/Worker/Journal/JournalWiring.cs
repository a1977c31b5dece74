using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Journal;

internal static class JournalWiring
{
    internal static IServiceCollection AddJournal(this IServiceCollection services)
    {
        services.AddOptions<JournalOptions>().BindConfiguration(JournalOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JournalOptions>, JournalOptionsValidator>();
        services.AddSingleton<IValidateOptions<JournalOptions>, JournalLimitsValidator>();
        services.AddSingleton<IJournalDisk, DataFolderDisk>();
        services.AddSingleton<JournalStore>();
        services.AddHostedService<UpkeepService>();
        services.AddHostedService<PageCheckService>();
        return services;
    }
}
