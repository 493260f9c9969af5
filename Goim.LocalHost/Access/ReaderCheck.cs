using System.Globalization;
using Goim.LocalHost.Keys;
using Goim.Logic;
using Goim.Logic.Access;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Primitives;

namespace Goim.LocalHost.Access;

/// <summary>Checks the callers of LocalHost's own endpoints as those of a function that needs the scope <c>read</c>.</summary>
internal sealed class ReaderCheck(FunctionKeys keys, AccessOptions options, AccessCheck access, AuditTrail trail) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var level = options.IsWithoutFunctionKeys ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function;
        if (!keys.Allows(http.Request, level))
        {
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        if (access.IsOff || await RefusalOfAsync(http) is not { } refused)
        {
            return await next(context);
        }

        http.Response.Headers.WWWAuthenticate = refused.Challenge;
        if (refused.RetryAfter is { } delay)
        {
            http.Response.Headers.RetryAfter = delay.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        }

        await Refusal.SendAsync(http, (int)refused.Kind, refused.Error);
        return Results.Empty;
    }

    private async ValueTask<Problem?> RefusalOfAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        var credentials = new Credentials(
            Joined(headers[Credentials.CallerKeyHeader]),
            Joined(headers.Authorization),
            FunctionKeyIdentity.NameIn(http.User.Identities));
        var isKnown = (await access.FindAsync(credentials, http.RequestAborted)).Is(out var entry, out var refused);
        refused ??= entry.Enter(Scope.Read);
        foreach (var (name, value) in entry.Known?.Limit?.Now(refused?.Target).Headers ?? [])
        {
            http.Response.Headers[name] = value;
        }

        if (refused is not null && AuditEvent.OfRefusal(refused) is { } audited)
        {
            var caller = isKnown ? entry.Caller! : AuditTrail.Unknown;
            if (trail.Takes(audited, caller))
            {
                trail.Write(audited, caller, new Uri(http.Request.GetEncodedUrl()), headers.TraceParent.ToString());
            }
        }

        return refused;
    }

    // As the Functions host hands headers to a function.
    private static string? Joined(StringValues values) => values.Count == 0 ? null : values.ToString();
}
