using Goim.LocalHost.Worker;
using Goim.Logic.Storage;

namespace Goim.LocalHost.Queues;

internal static class QueueServices
{
    /// <summary>Adds a listener for each function that a queue triggers. Adds none if <c>AzureWebJobsStorage</c> is not set.</summary>
    public static void AddQueueListeners(
        this IServiceCollection services, IConfiguration configuration, IReadOnlyList<LocalFunction> functions)
    {
        var storage = new StorageOptions();
        storage.Bind(configuration);
        if (!storage.IsSet)
        {
            return;
        }

        var settings = QueuesOptions.Read();
        foreach (var function in functions.Where(function => function.Queue is not null && !IsDisabled(configuration, function)))
        {
            services.AddSingleton<IHostedService>(
                provider => ActivatorUtilities.CreateInstance<QueueListener>(provider, function, settings));
        }
    }

    // The Functions host has this setting too.
    private static bool IsDisabled(IConfiguration configuration, LocalFunction function) =>
        configuration.GetValue<bool>($"AzureWebJobs.{function.Name}.Disabled");
}
