using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Tokens;

internal static class TokensServices
{
    /// <summary>Adds the token authenticator of the settings, unless one is registered already. Then the settings do not count.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ITokenAuthenticator)))
        {
            return services;
        }

        services.AddSettings<ConnectOptions, ConnectOptionsValidator>(ConnectOptions.Section);
        services.AddHostedService<UserIdWarning>();
        return services.AddSingleton<ITokenAuthenticator>(
            static provider => provider.GetRequiredService<IOptions<ConnectOptions>>().Value.Tokens == TokenKind.Jwt
                ? ActivatorUtilities.CreateInstance<JwtAuthenticator>(provider)
                : new UserIdAuthenticator());
    }
}
