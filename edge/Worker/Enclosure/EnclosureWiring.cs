using EdgeCheckpoint.Devices.Boards;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enclosure;

[OptionsValidator]
internal sealed partial class BoardOptionsValidator : IValidateOptions<BoardOptions>;

internal static class EnclosureWiring
{
    internal static IServiceCollection AddEnclosure(this IServiceCollection services)
    {
        services.AddOptions<BoardOptions>().BindConfiguration(BoardOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BoardOptions>, BoardOptionsValidator>();
        services.AddOptions<EnclosureOptions>().BindConfiguration(EnclosureOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EnclosureOptions>, EnclosureOptionsValidator>();
        services.AddSingleton(static provider => provider.GetRequiredService<IOptions<BoardOptions>>().Value);
        services.AddSingleton(static provider => BoardFactory.Create(
            provider.GetRequiredService<BoardOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<TamperLatch>();
        services.AddSingleton<LeaseHold>();
        services.AddSingleton<KeyCustody>();
        services.AddSingleton(static provider => new ContentKeyDestruction(provider.GetRequiredService<DataFolder>()));
        services.AddSingleton<TamperResponse>();
        services.AddSingleton<ServiceMode>();
        services.AddSingleton<OrderlyStop>();
        services.AddSingleton<PowerWatch>();
        services.AddSingleton<ClimateWatch>();
        services.AddSingleton<LaneWatch>();
        services.AddSingleton<ClockWitnessWatch>();
        services.AddHostedService<BoardService>();
        services.AddHostedService<TamperWatchService>();
        services.AddHostedService<ServiceClockService>();
        services.AddHostedService<SensorWatchService>();
        services.AddHostedService<IndicatorService>();
        return services;
    }
}
