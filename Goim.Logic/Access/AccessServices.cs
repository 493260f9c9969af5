using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Access;

internal static class AccessServices
{
    /// <summary>Adds the check of callers.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSettings<AccessOptions, AccessOptionsValidator>(AccessOptions.Section)
            .PostConfigure(static access => access.RemoveEmptyCallers());
        return services.AddSingleton<AccessCheck>().AddSingleton<AuditTrail>();
    }
}
