using Goim.LocalHost.Keys;
using Goim.Logic;
using Goim.Logic.Access;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Primitives;

namespace Goim.LocalHost.Access;

/// <summary>Checks the callers of LocalHost's own endpoints as those of a function that needs the scope <c>read</c>.</summary>
internal sealed class ReaderCheck(FunctionKeys keys, AccessOptions options, AccessCheck access) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var level = options.IsWithoutFunctionKeys ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function;
        if (!keys.Allows(http.Request, level))
        {
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        if (access.IsOff || (await EnterAsync(http)).Is(out _, out var problem))
        {
            return await next(context);
        }

        http.Response.Headers.WWWAuthenticate = problem.Challenge;
        await Refusal.SendAsync(http, (int)problem.Kind, problem.Error);
        return Results.Empty;
    }

    private async ValueTask<Outcome<Entry>> EnterAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        var credentials = new Credentials(
            Joined(headers[Credentials.CallerKeyHeader]),
            Joined(headers.Authorization),
            FunctionKeyIdentity.NameIn(http.User.Identities));
        return (await access.FindAsync(credentials, http.RequestAborted)).Is(out var entry, out var problem)
            && (problem = entry.Enter(Scope.Read)) is null
            ? entry
            : problem;
    }

    // As the Functions host hands headers to a function.
    private static string? Joined(StringValues values) => values.Count == 0 ? null : values.ToString();
}
