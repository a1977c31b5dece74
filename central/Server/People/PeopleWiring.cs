namespace EdgeCheckpoint.Central.People;

internal static class PeopleWiring
{
    public static IServiceCollection AddPeople(this IServiceCollection services) => services.AddSingleton<StaffAccounts>();
}
