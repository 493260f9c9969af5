using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Idempotency;

internal static class IdempotencyServices
{
    /// <summary>Adds idempotency keys.</summary>
    public static IServiceCollection AddIdempotency(this IServiceCollection services) => services.AddSingleton<IdempotencyKeys>();
}
