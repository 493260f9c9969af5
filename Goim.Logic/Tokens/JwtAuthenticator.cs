using Goim.Logic.Jwt;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Tokens;

/// <summary>Takes signed tokens: JWTs by the keys of <see cref="ConnectJwtOptions"/>.</summary>
internal sealed class JwtAuthenticator : ITokenAuthenticator, IDisposable
{
    private readonly JwtCheck check;
    private readonly TokenClaims claims;
    private readonly OidcKeys? authority;

    public JwtAuthenticator(IOptions<ConnectOptions> options, TimeProvider time, ILogger<OidcKeys> logger)
    {
        var jwt = options.Value.Jwt;
        authority = jwt.Authority is { } address ? new OidcKeys(address, time, logger) : null;
        IJwtKeys keys = authority is null ? new ConfiguredKeys(jwt.ReadKeys()) : authority;
        check = new JwtCheck(new JwtRules { Audience = jwt.Audience, Issuer = jwt.Issuer }, keys, time);
        claims = new TokenClaims(jwt.UserClaim);
    }

    public async ValueTask<Outcome<Identity>> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
        (await check.CheckAsync(token, cancellationToken)).Is(out var jwt, out var problem)
            ? claims.Read(jwt, check.TimeLeft(jwt))
            : problem;

    public void Dispose() => authority?.Dispose();
}
