using Goim.Logic.Jwt;
using Goim.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Logic.Tokens;

/// <summary>Checks the <c>Connect__*</c> settings.</summary>
internal sealed class ConnectOptionsValidator(IConfiguration settings) : IValidateOptions<ConnectOptions>
{
    public ValidateOptionsResult Validate(string? name, ConnectOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        var connect = settings.GetSection(ConnectOptions.Section);
        foreach (var problem in UnknownSettings.In<ConnectOptions>(connect)
            .Concat(UnknownSettings.In<ConnectJwtOptions>(connect.GetSection(nameof(ConnectOptions.Jwt)))))
        {
            result.AddError(problem);
        }

        switch (options.Tokens)
        {
            case null:
                result.AddError(
                    "Connect__Tokens is not set: expected Jwt, signed tokens, or UserId, where any client may be any user (for trials).");
                break;
            case TokenKind.Jwt:
                CheckJwt(options.Jwt, result);
                break;
            case TokenKind.UserId when options.Jwt.IsSet:
                result.AddError(
                    "A setting Connect__Jwt__… is set and Connect__Tokens is not Jwt: expected Jwt, or none of these settings.");
                break;
            default:
                break;
        }

        return result.Build();
    }

    private static void CheckJwt(ConnectJwtOptions jwt, ValidateOptionsResultBuilder result)
    {
        var keys = new List<JwtKey>();
        foreach (var (name, text) in jwt.SetKeys)
        {
            if (JwtKeyText.Read(name, text, out var problem) is { } key)
            {
                keys.Add(key);
            }
            else
            {
                result.AddError($"Connect__Jwt__Keys__{name} {problem}");
            }
        }

        if (jwt.Authority is null == !jwt.SetKeys.Any())
        {
            result.AddError(jwt.Authority is null
                ? "Connect__Tokens is Jwt and there is no key: expected Connect__Jwt__Authority, or Connect__Jwt__Keys__{name}."
                : "Connect__Jwt__Authority and Connect__Jwt__Keys__{name} are both set: expected one of them.");
        }

        if (jwt.Authority is { } authority && !OidcKeys.IsAuthority(authority))
        {
            result.AddError($"Connect__Jwt__Authority {OidcKeys.Shown(authority)}: expected {OidcKeys.ExpectedAuthority}.");
        }

        if (jwt.Audience is null && (jwt.Authority is not null || keys.Exists(static key => key.Key is AsymmetricSecurityKey)))
        {
            result.AddError(
                "Connect__Jwt__Audience is not set: expected the tokens' audience, since the same key may sign tokens for others.");
        }

        foreach (var same in keys.GroupBy(static key => Convert.ToHexString(key.Key.ComputeJwkThumbprint())).Where(Repeated))
        {
            var names = string.Join(" and ", same.Select(static key => $"Connect__Jwt__Keys__{key.Id}"));
            result.AddError($"{names} are the same key: expected one of them.");
        }
    }

    private static bool Repeated(IGrouping<string, JwtKey> same) => same.Skip(1).Any();
}
