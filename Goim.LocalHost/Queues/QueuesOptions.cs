namespace Goim.LocalHost.Queues;

/// <summary>Settings <c>extensions.queues</c> of host.json. The defaults are the Functions host's.</summary>
internal sealed class QueuesOptions
{
    /// <summary>Most messages received at once; 16 unless set.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Most attempts for a message before it goes to the poison queue; 5 unless set.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>Maximum interval between two polls of an empty queue; 1 min unless set.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between two attempts for a message; 0 unless set.</summary>
    public TimeSpan VisibilityTimeout { get; init; }

    /// <summary>Reads the host.json in the output folder.</summary>
    public static QueuesOptions Read() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json"))
        .Build()
        .GetSection("extensions:queues")
        .Get<QueuesOptions>() ?? new QueuesOptions();
}
