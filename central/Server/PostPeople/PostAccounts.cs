using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Central.PostPeople;

/// <summary>What central sets for a person at the posts.</summary>
internal sealed record PostAccountRequest(
    string StaffNumber, string Name, PostRole Role, SignInMethod Method, DateOnly? ExpiresOn, IReadOnlyList<string> Posts, string Secret, string Badge);

/// <summary>Edits the accounts of the people at the posts. Nothing of it reaches a post before it is issued.</summary>
internal sealed class PostAccounts(ICentralStore store, Auditor auditor, TimeProvider time)
{
    /// <summary>Adds an account; false when the staff number is taken.</summary>
    public Task<bool> AddAsync(PostAccountRequest request, string actor, CancellationToken cancellationToken) =>
        store.PostPeople.AddAsync(
            new PostPerson(Create(request), request.Posts, time.GetUtcNow(), null),
            auditor.Event(actor, AuditAction.PersonAdded, request.StaffNumber, Describe(request.Role, request.ExpiresOn, request.Posts)),
            cancellationToken);

    /// <summary>Gives an account a new secret, and where asked another badge; null when there is no active account.</summary>
    public async Task<PostAccount?> ResetAsync(string staffNumber, string secret, string badge, string actor, CancellationToken cancellationToken)
    {
        if (await store.PostPeople.FindAsync(staffNumber, cancellationToken) is not { DisabledAt: null } person)
            return null;
        var account = Create(new PostAccountRequest(
            staffNumber, person.Account.Name, person.Account.Role, person.Account.Method, person.Account.ExpiresOn, person.Posts, secret, badge));
        var audit = auditor.Event(actor, AuditAction.PersonSecretChanged, staffNumber);
        return await store.PostPeople.ReplaceAsync(person with { Account = account, ChangedAt = time.GetUtcNow() }, audit, cancellationToken)
            ? account
            : null;
    }

    /// <summary>Disables an account for good; false when there is no active one.</summary>
    public Task<bool> DisableAsync(string staffNumber, string actor, CancellationToken cancellationToken) =>
        store.PostPeople.DisableAsync(staffNumber, auditor.Event(actor, AuditAction.PersonDisabled, staffNumber), cancellationToken);

    private static PostAccount Create(PostAccountRequest request) =>
        PostAccount.Create(request.StaffNumber, request.Name, request.Role, request.Method, request.ExpiresOn, request.Secret, request.Badge);

    private static string Describe(PostRole role, DateOnly? expiresOn, IReadOnlyList<string> posts) =>
        $"{role.Word()}, {(posts.Count == 0 ? "every post" : string.Join("; ", posts))}, "
        + (expiresOn is { } day ? day.ToString("'until' yyyy-MM-dd", CultureInfo.InvariantCulture) : "no end");
}
