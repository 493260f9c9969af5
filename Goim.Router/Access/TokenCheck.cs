using Grpc.Core;

namespace Goim.Router.Access;

/// <summary>
/// Refuses every call without a token of the node, except those of <c>grpc.health.v1</c>. It runs before anything reads a request's body.
/// </summary>
internal sealed class TokenCheck(RequestDelegate next, NodeTokens tokens, RefusedCalls refused)
{
    private const string Health = "/grpc.health.v1.Health";

    private const string Sentence = "The call has no valid token: expected authorization: Bearer with a token of RouterNode__Token.";

    private static readonly string Unauthenticated = StatusCode.Unauthenticated.ToString("D");

    public Task InvokeAsync(HttpContext context)
    {
        if (!tokens.AreSet
            || context.Request.Path.StartsWithSegments(Health, StringComparison.Ordinal)
            || tokens.Accept(context.Request.Headers.Authorization))
        {
            return next(context);
        }

        refused.Add(context.Connection.RemoteIpAddress);
        Refuse(context.Response);
        return Task.CompletedTask;
    }

    // A gRPC answer of headers only ("Trailers-Only" in gRPC's PROTOCOL-HTTP2.md).
    private static void Refuse(HttpResponse response)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = Unauthenticated;
        response.Headers["grpc-message"] = Sentence;
    }
}
