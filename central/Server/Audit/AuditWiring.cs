namespace EdgeCheckpoint.Central.Audit;

internal static class AuditWiring
{
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<Auditor>().AddSingleton<BoundedAudit>().AddSingleton<AuditVerification>();
}
