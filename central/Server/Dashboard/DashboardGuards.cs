using EdgeCheckpoint.Central.Audit;
using Microsoft.AspNetCore.Antiforgery;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>What stands before every page: headers, and the antiforgery token on everything that changes something.</summary>
internal static class DashboardGuards
{
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    /// <summary>Two years, as browsers' preload lists ask; also for hosts below this one.</summary>
    private const string TransportPolicy = "max-age=63072000; includeSubDomains";

    /// <summary>
    /// Security headers (OWASP Secure Headers) on every answer of the pages: they are put on when the answer starts, since an
    /// error throws away what was put on before. Pages are never kept by a browser or proxy.
    /// </summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app, SiteOrigin origin) =>
        app.Use((context, next) =>
        {
            if (Ports.IsDashboard(context))
                context.Response.OnStarting(PutOn, (context.Response.Headers, origin.IsHttps));
            return next(context);
        });

    /// <summary>Answers only under the names staff use; a page never repeats a name that somebody else chose.</summary>
    public static void UseKnownHosts(this IApplicationBuilder app, SiteOrigin origin) =>
        app.Use((context, next) =>
        {
            if (!Ports.IsDashboard(context) || origin.Serves(context.Request.Host.Host))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("The pages are not served under this name; Dashboard:Origin in central.json says under which.");
        });

    private static Task PutOn(object state)
    {
        var (headers, isHttps) = ((IHeaderDictionary, bool))state;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        if (isHttps)
            headers.StrictTransportSecurity = TransportPolicy;
        return Task.CompletedTask;
    }

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

            var audit = context.RequestServices.GetRequiredService<BoundedAudit>();
            var actor = context.User.Identity?.Name ?? Auditor.Central;
            await audit.AppendAsync(
                $"form {actor}",
                context.RequestServices.GetRequiredService<Auditor>().Event(actor, AuditAction.FormRefused, RouteOf(context), "without its token"),
                context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("The form is out of date; go back, load the page again and repeat.");
        });

    /// <summary>The route as the program writes it: what the caller typed stays out of the audit.</summary>
    public static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? $"{context.Request.Method} {pattern}" : "no page";
}
