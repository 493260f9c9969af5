using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Logic.Jwt;

/// <summary>
/// Checks JWTs: signature, time, issuer and audience. A problem names what is wrong with the token, and never has a part of the token or
/// the text of an exception.
/// </summary>
internal sealed class JwtCheck(JwtRules rules, IJwtKeys keys, TimeProvider time)
{
    /// <summary>Most bytes of a token.</summary>
    public const int MaxBytes = 8_192;

    /// <summary>How far the clocks of this machine and of the signer may differ.</summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromSeconds(30);

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxBytes };

    /// <summary>
    /// The token with its claims, or why it is refused. <see cref="ProblemKind.Unavailable"/> if it may be accepted later.
    /// </summary>
    public async ValueTask<Outcome<JsonWebToken>> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (!Read(token).Is(out var jwt, out var problem)
            || !(await keys.FindAsync(jwt.Alg, jwt.Kid ?? "", cancellationToken)).Is(out var found, out problem))
        {
            return problem;
        }

        if (found.Keys.Count == 0)
        {
            return Refused($"'s kid is unknown: expected that of {keys.Expected}");
        }

        if (!await IsSignedAsync(jwt, found.Keys))
        {
            return Refused($"'s signature is wrong: expected one by {keys.Expected}");
        }

        return (OfTime(jwt) ?? OfSource(jwt, rules.Issuer ?? found.Issuer)) is { } refused ? refused : jwt;
    }

    /// <summary>How long a token that was accepted still is, <see cref="Allowance"/> included.</summary>
    public TimeSpan TimeLeft(JsonWebToken jwt) => jwt.ValidTo - time.GetUtcNow().UtcDateTime + Allowance;

    private Outcome<JsonWebToken> Read(string token)
    {
        var bytes = Encoding.UTF8.GetByteCount(token);
        if (bytes > MaxBytes)
        {
            return Refused($" has {bytes} bytes: expected {MaxBytes} at most");
        }

        var dots = token.AsSpan().Count('.');
        if (dots != 2)
        {
            return Refused($" has {dots} dots: expected a signed JWT, three parts with a dot between them");
        }

        try
        {
            var jwt = Handler.ReadJsonWebToken(token);
            if (!keys.Algorithms.Contains(jwt.Alg))
            {
                return Refused($"'s alg is not one of its keys': expected {string.Join(" or ", keys.Algorithms)}");
            }

            // RFC 7515, 4.1.11: extensions that must be understood. None is.
            return jwt.TryGetHeaderValue<object>("crit", out _) ? Refused(" has crit: expected a token without extensions") : jwt;
        }
        catch (Exception malformed)
            when (malformed is ArgumentException or FormatException or JsonException or SecurityTokenException or InvalidOperationException)
        {
            return Refused(" is not readable: expected a JWT, base64url of a JSON header and of JSON claims of the right types");
        }
    }

    // The alg is that of the keys. The claims are checked here, since each needs a sentence and the time is this class'.
    private static async Task<bool> IsSignedAsync(JsonWebToken jwt, IReadOnlyList<SecurityKey> keys)
    {
        var result = await Handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            ValidAlgorithms = [jwt.Alg],
            TryAllIssuerSigningKeys = true,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result.IsValid;
    }

    private Problem? OfTime(JsonWebToken jwt)
    {
        // DateTime.MinValue if the token does not have the claim.
        var now = time.GetUtcNow().UtcDateTime;
        return jwt switch
        {
            { ValidTo: var end } when end == DateTime.MinValue => Refused(" has no exp: expected the time when it expires"),
            { ValidTo: var end } when now - Allowance >= end => Refused($" is expired: it was valid until {Text(end)}"),
            { ValidFrom: var start } when now + Allowance < start => Refused($" is not valid yet: it is valid from {Text(start)}"),
            _ => null,
        };
    }

    private Problem? OfSource(JsonWebToken jwt, string? issuer) => jwt switch
    {
        _ when issuer is not null && jwt.Issuer != issuer => Refused($"'s issuer (iss) is another: expected {issuer}"),
        _ when rules.Audience is { } audience && !jwt.Audiences.Contains(audience) =>
            Refused($"'s audience (aud) is another: expected {audience}"),
        _ => null,
    };

    private Problem Refused(string why) => new(ProblemKind.BadInput, $"{rules.Name}{why}.");

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
