using Microsoft.AspNetCore.Antiforgery;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>What stands before every page: headers, and the antiforgery token on everything that changes something.</summary>
internal static class DashboardGuards
{
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    /// <summary>Security headers (OWASP Secure Headers); pages are never kept by a browser or proxy.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(static (context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers.CacheControl = "no-cache, no-store";
            headers.Pragma = "no-cache";
            return next(context);
        });

    /// <summary>Refuses any request of a page that could change something and lacks its token; no endpoint can forget it.</summary>
    public static void UseTokenOnEveryChange(this IApplicationBuilder app) =>
        app.Use(static async (context, next) =>
        {
            var isGrpc = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true
                && context.Request.Protocol == "HTTP/2";
            if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || isGrpc)
            {
                await next(context);
                return;
            }

            var antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
            if (context.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(context))
            {
                await next(context);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("The form is out of date; go back, load the page again and repeat.");
        });
}
