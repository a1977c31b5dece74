namespace EdgeCheckpoint.Central.PostPeople;

internal static class PostPeopleWiring
{
    public static IServiceCollection AddPostPeople(this IServiceCollection services) =>
        services.AddSingleton<PostSecrets>().AddSingleton<PeoplePublication>().AddSingleton<PostAccounts>();
}
