using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Push.Batch;

internal static class PushBatchServices
{
    /// <summary>Adds batches of pushes.</summary>
    public static IServiceCollection AddPushBatch(this IServiceCollection services) =>
        services.AddSingleton<BatchPlanner>().AddSingleton<BatchDelivery>().AddSingleton<PushBatch>();
}
