namespace Goim.Comet.Topic;

/// <summary>What the embedded broker needs otherwise than others. No settings.</summary>
internal sealed class TopicOptions
{
    /// <summary>
    /// How long a broker waits for records before it gives an empty answer. The embedded broker gives records that come meanwhile only
    /// with the next answer.
    /// </summary>
    public TimeSpan FetchWait { get; set; } = TimeSpan.FromMilliseconds(500);
}
