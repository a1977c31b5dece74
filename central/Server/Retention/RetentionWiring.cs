using EdgeCheckpoint.Central.Keys;

namespace EdgeCheckpoint.Central.Retention;

internal static class RetentionWiring
{
    /// <summary>What commands and server share.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services) =>
        services
            .AddSingleton(static provider => RetentionOptions.Read(provider.GetRequiredService<DataFolder>()))
            .AddSingleton<RetentionRun>();

    /// <summary>Applies it while the server runs.</summary>
    public static IServiceCollection AddRetentionService(this IServiceCollection services) => services.AddHostedService<RetentionService>();
}
