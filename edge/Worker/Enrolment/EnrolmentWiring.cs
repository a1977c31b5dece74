namespace EdgeCheckpoint.Worker.Enrolment;

internal static class EnrolmentWiring
{
    /// <summary>Who the appliance is, whom it trusts, and its keys, read from the card.</summary>
    /// <exception cref="InvalidDataException">The folder is not that of an enrolled appliance, or is damaged.</exception>
    internal static IServiceCollection AddEnrolment(this IServiceCollection services, DataFolder data) =>
        services
            .AddSingleton(ApplianceIdentity.Load(data))
            .AddSingleton(SiteTrust.Load(data))
            .AddSingleton(provider => DeviceKeyStores.Open(
                provider.GetRequiredService<IConfiguration>(), data, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => new CredentialBook(
                data, provider.GetRequiredService<ApplianceIdentity>(), provider.GetRequiredService<IDeviceKeyStore>()))

            // Lists and records are opened with the storage key, which stays when the signing key is renewed.
            .AddSingleton(static provider => provider.GetRequiredService<CredentialBook>().InUse.Key);
}
