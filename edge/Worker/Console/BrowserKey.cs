using System.Security.Cryptography;
using System.Text;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>
/// Tells one browser on the appliance from another by a random cookie, and gives each a token that its forms must carry: a
/// page of another origin can make the browser send a form, but cannot know the token (OWASP, Cross-Site Request Forgery
/// Prevention, signed double-submit cookie). A new key at every sign-in, so that a key known before is worth nothing after.
/// </summary>
internal sealed class BrowserKey
{
    internal const string TokenField = "form_token";
    internal const string TokenHeader = "X-Form-Token";

    private const string CookieName = "counter";
    private const int KeyLength = 32;

    private static readonly object ItemKey = new();

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(KeyLength);

    /// <summary>The key of the browser that asks; a browser without one is given one.</summary>
    internal static string Of(HttpContext context)
    {
        if (context.Items.TryGetValue(ItemKey, out var known))
            return (string)known!;
        var sent = context.Request.Cookies[CookieName];
        if (sent is not { Length: KeyLength * 2 } || !sent.All(char.IsAsciiHexDigitLower))
            return Renew(context);
        context.Items[ItemKey] = sent;
        return sent;
    }

    /// <summary>Gives the browser a new key.</summary>
    internal static string Renew(HttpContext context)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyLength));
        context.Items[ItemKey] = key;
        context.Response.Cookies.Append(CookieName, key, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            IsEssential = true,
        });
        return key;
    }

    /// <summary>The token that this browser's forms carry.</summary>
    internal string Token(HttpContext context) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(Of(context))));

    /// <summary>True when a form or a script of this browser's own page sent the request.</summary>
    internal async Task<bool> IsOwnAsync(HttpContext context)
    {
        var sent = context.Request.Headers[TokenHeader].ToString();
        if (sent.Length == 0 && context.Request.HasFormContentType)
            sent = (await context.Request.ReadFormAsync(context.RequestAborted))[TokenField].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(Token(context)));
    }
}
