namespace Goim.LocalHost.Queues;

/// <summary><c>extensions.queues</c> of host.json, with the Functions host's defaults.</summary>
internal sealed class QueuesOptions
{
    /// <summary>Messages taken at once; 16 unless set.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>How often a message that fails is tried before it goes to the poison queue; 5 unless set.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>Longest wait between two looks into an empty queue; 1 min unless set.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a message that failed stays away; nothing unless set.</summary>
    public TimeSpan VisibilityTimeout { get; init; }

    /// <summary>What the host.json beside the local host says.</summary>
    public static QueuesOptions Read() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json"))
        .Build()
        .GetSection("extensions:queues")
        .Get<QueuesOptions>() ?? new QueuesOptions();
}
