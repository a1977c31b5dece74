using System.Net;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>
/// Refuses requests that a foreign page made the browser send: a Host other than loopback (DNS rebinding) and a change
/// whose Origin is not this page (cross-site request forgery).
/// </summary>
internal static class LoopbackGuard
{
    internal static IApplicationBuilder UseLoopbackGuard(this IApplicationBuilder app) =>
        app.Use(static (context, next) =>
        {
            if (!IsLoopback(context.Request.Host.Host) || !IsOwnOrigin(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return context.Response.WriteAsync("This page is served to this appliance's own screen only.", context.RequestAborted);
            }

            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";
            headers.XContentTypeOptions = "nosniff";
            // Not no-referrer: under that a browser sends its forms with the origin "null", which is refused above.
            headers["Referrer-Policy"] = "same-origin";
            headers.CacheControl = "no-store";
            return next(context);
        });

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool IsOwnOrigin(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return true;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}";
    }
}
