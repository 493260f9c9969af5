using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Storage;

internal static class StorageServices
{
    /// <summary>Adds the settings of the app's storage.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<StorageOptions, StorageOptionsValidator>()
            .Configure<IConfiguration>(static (storage, configuration) => storage.Bind(configuration));
        return services;
    }
}
