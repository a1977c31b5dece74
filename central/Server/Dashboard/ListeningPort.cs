using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Which of the two ports a connection came in by. An endpoint belongs to one of them.</summary>
internal enum ListeningPort
{
    Grpc,
    Dashboard,
}

/// <summary>Keeps the two ports apart: appliances never see a page, browsers never see gRPC.</summary>
internal static class Ports
{
    /// <summary>Marks each connection of a port.</summary>
    public static void Mark(this ListenOptions listen, ListeningPort port) =>
        listen.Use(next => connection =>
        {
            connection.Features.Set(new PortFeature(port));
            return next(connection);
        });

    /// <summary>Marks the endpoints of a port.</summary>
    public static TBuilder On<TBuilder>(this TBuilder endpoint, ListeningPort port)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PortFeature(port));

    /// <summary>True for a request that came in by the dashboard's port.</summary>
    public static bool IsDashboard(HttpContext context) => context.Features.Get<PortFeature>()?.Port == ListeningPort.Dashboard;

    /// <summary>Answers 404 when endpoint and port do not belong together; unknown gRPC methods stay gRPC's to answer.</summary>
    public static void UsePorts(this IApplicationBuilder app) =>
        app.Use(static (context, next) =>
        {
            var port = context.Features.Get<PortFeature>()?.Port;
            var owner = context.GetEndpoint()?.Metadata.GetMetadata<PortFeature>()?.Port ?? ListeningPort.Grpc;
            if (port == owner)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });

    private sealed record PortFeature(ListeningPort Port);
}
