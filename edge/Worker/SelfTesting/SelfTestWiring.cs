namespace EdgeCheckpoint.Worker.SelfTesting;

internal static class SelfTestWiring
{
    internal static IServiceCollection AddSelfTest(this IServiceCollection services)
    {
        services.AddSingleton<SelfTestBook>();
        services.AddSingleton<SelfTest>();
        services.AddHostedService<SelfTestService>();
        return services;
    }
}
