using Goim.Logic.Input;
using Goim.Logic.Jwt;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Goim.Logic.Access;

/// <summary>Finds the caller of a bearer token that the authority of the settings has issued.</summary>
internal sealed class BearerCheck(CallerTable callers, IJwtKeys keys, string audience, TimeProvider time)
{
    private const string Scheme = "Bearer";

    // Entra ID: azp in tokens of version 2, appid in those of version 1.
    private static readonly string[] AppIdClaims = ["azp", "appid"];

    private readonly JwtCheck check = new(new JwtRules { Name = "bearer token", Audience = audience }, keys, time);

    /// <summary>The token in a header <c>Authorization</c>. Null if there is none.</summary>
    public static string? TokenIn(string? authorization) =>
        authorization is not null
        && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && (authorization.Length == Scheme.Length || authorization[Scheme.Length] == ' ')
            ? authorization[Scheme.Length..].Trim()
            : null;

    /// <summary>The caller; 401 if the token is refused or of no caller, 503 if the authority does not answer.</summary>
    public async ValueTask<Outcome<Caller>> CallerOfAsync(string token, CancellationToken cancellationToken)
    {
        if (!(await check.CheckAsync(token, cancellationToken)).Is(out var jwt, out var problem))
        {
            return problem.Kind == ProblemKind.Unavailable
                ? problem with { HasOwnStatus = true, Target = "authority" }
                : new Problem(ProblemKind.Unauthorized, problem.Error);
        }

        var appId = AppIdOf(jwt);
        return callers.OfSubject(jwt.Subject ?? "") is { } bySubject ? bySubject
            : callers.OfAppId(appId) is { } byApp ? byApp
            : new Problem(
                ProblemKind.Unauthorized,
                $"bearer token is of no caller: it has the subject {Quoted.Of(jwt.Subject ?? "")} and the app id {Quoted.Of(appId)}, "
                    + "expected a Subject or an AppId of Access__Callers.");
    }

    private static string AppIdOf(JsonWebToken jwt)
    {
        foreach (var name in AppIdClaims)
        {
            if (jwt.TryGetClaim(name, out var claim))
            {
                return claim.Value;
            }
        }

        return "";
    }
}
