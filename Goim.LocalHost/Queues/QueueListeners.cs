using Goim.LocalHost.Worker;
using Goim.Logic.Storage;

namespace Goim.LocalHost.Queues;

/// <summary>One listener for each function that a queue triggers, where there is storage.</summary>
internal static class QueueListeners
{
    public static void AddQueueListeners(this IServiceCollection services, IConfiguration configuration, IReadOnlyList<LocalFunction> functions)
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
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<QueueListener>(provider, function, settings));
        }
    }

    // The Functions host's own setting for a function that is not to run.
    private static bool IsDisabled(IConfiguration configuration, LocalFunction function) => configuration.GetValue<bool>($"AzureWebJobs.{function.Name}.Disabled");
}
