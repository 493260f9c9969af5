using Goim.Client.Calls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Goim.Client;

/// <summary>Registers <see cref="GoimClient"/>.</summary>
public static class GoimClientServices
{
    /// <summary>Name of the <see cref="HttpClient"/> that the factory makes.</summary>
    public const string HttpClientName = "Goim.Client";

    /// <summary>
    /// Registers a <see cref="GoimClient"/>, which may be used by many threads at once, over <see cref="IHttpClientFactory"/>.
    /// Options that are not valid end the start of the host, or the first use of the client, with an
    /// <see cref="OptionsValidationException"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>
    /// The builder of the <see cref="HttpClient"/>, for further handlers. Add none that repeats requests: the client does, and it knows
    /// which repeat is safe.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// There is a client already. Make a further one, for another app, with <c>new</c>.
    /// </exception>
    public static IHttpClientBuilder AddGoimClient(this IServiceCollection services, Action<GoimClientOptions> configure)
    {
        if (services.Any(static service => service.ServiceType == typeof(GoimClient)))
        {
            throw new InvalidOperationException("There is a GoimClient already: expected one call of AddGoimClient.");
        }

        services.AddOptions<GoimClientOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GoimClientOptions>, OptionsCheck>());
        services.AddSingleton(static provider =>
        {
            var factory = provider.GetRequiredService<IHttpClientFactory>();
            return new GoimClient(
                () => factory.CreateClient(HttpClientName), provider.GetRequiredService<IOptions<GoimClientOptions>>().Value);
        });
        return services.AddHttpClient(HttpClientName, GoimHttp.Configure)
            .ConfigurePrimaryHttpMessageHandler(GoimHttp.NewHandler)
            .ConfigureAdditionalHttpMessageHandlers(static (handlers, _) => GoimHttp.RemoveRepeats(handlers));
    }
}
