using Goim.Settings;

namespace Goim.Logic.Journal;

/// <summary>Settings <c>Journal__*</c>.</summary>
public sealed class JournalOptions
{
    public const string Section = "Journal";

    /// <summary>What replays the journal; <c>worker</c> unless set.</summary>
    public ReplayedBy Replay { get; init; } = ReplayedBy.Worker;
}

/// <summary>What replays the journal.</summary>
[SettingValues("worker", "trigger")]
public enum ReplayedBy
{
    /// <summary>The app's own process polls the queue. An outage of the storage does not disturb it.</summary>
    Worker,

    /// <summary>
    /// The Functions host's queue trigger. On Flex Consumption it scales by itself and wakes an app at rest. The host ends its process if
    /// the storage refuses connections for some seconds.
    /// </summary>
    Trigger,
}
