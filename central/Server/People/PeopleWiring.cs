using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.People.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EdgeCheckpoint.Central.People;

internal static class PeopleWiring
{
    /// <summary>COSE algorithm ES256 (RFC 9053 §2.1): the one the whole site signs with; every passkey of today has it.</summary>
    private const int Es256 = -7;

    /// <summary>What commands and server share.</summary>
    public static IServiceCollection AddPeople(this IServiceCollection services) =>
        services.AddSingleton<Authenticators>().AddSingleton<StaffAccounts>().AddSingleton<SiteSecurity>().AddSingleton<Bootstrap>().AddSingleton<Approvals.ApprovalDesk>();

    /// <summary>What only the server needs: ASP.NET Core Identity with our stores, and passkeys.</summary>
    public static IServiceCollection AddPasskeys(this IServiceCollection services, SiteOrigin origin)
    {
        services.AddIdentityCore<StaffUser>(static options =>
        {
            // Length alone: rules of composition make worse passphrases (NIST SP 800-63B-3 §5.1.1.2).
            options.Password.RequiredLength = StaffAccounts.PasswordLengthMin;
            options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = false;
            options.Password.RequireNonAlphanumeric = false;
            options.Password.RequiredUniqueChars = 4;
        });
        services.Configure<PasswordHasherOptions>(static options => options.IterationCount = StaffAccounts.HashIterations);
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = origin.Domain;
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
            options.AttestationConveyancePreference = "none";
            options.IsAllowedAlgorithm = static algorithm => algorithm == Es256;
            options.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == origin.Expected(context.HttpContext));
        });
        services.Replace(ServiceDescriptor.Singleton<ILookupNormalizer, ExactNames>());
        return services
            .AddScoped<IUserStore<StaffUser>, StaffIdentityStore>()
            .AddScoped<IPasskeyHandler<StaffUser>, PasskeyHandler<StaffUser>>()
            .AddScoped<PasskeyDesk>();
    }
}
