using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Storage;

internal static class StorageServices
{
    /// <summary>Adds the settings of the app's storage.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSettings<StorageOptions, StorageOptionsValidator>(static (storage, settings) => storage.Bind(settings));
        return services;
    }
}
