using Microsoft.AspNetCore.Identity;

namespace EdgeCheckpoint.Central.People.Identity;

/// <summary>Names are compared as they are: they are ASCII, and the audit has them so.</summary>
internal sealed class ExactNames : ILookupNormalizer
{
    public string? NormalizeName(string? name) => name;

    public string? NormalizeEmail(string? email) => email;
}
