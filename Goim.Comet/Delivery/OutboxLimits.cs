using Goim.Comet.Settings;
using Goim.Comet.Wire;

namespace Goim.Comet.Delivery;

/// <summary>What may wait for one connection.</summary>
/// <param name="Messages">Most messages.</param>
/// <param name="Bytes">Most bytes of messages, unless there is one only.</param>
/// <param name="MergeWindow">How long messages are gathered after one has been sent. Zero: not at all.</param>
internal sealed record OutboxLimits(int Messages, int Bytes, TimeSpan MergeWindow)
{
    public static OutboxLimits Of(CometOptions options) => new(options.QueueMessages, options.QueueBytes, options.MergeWindow);

    /// <summary>Whether a queue has no place for a message. One message alone always has.</summary>
    public bool IsFull(in PacketQueue queue, EncodedPacket message) => queue.Messages > 0
        && (queue.Messages >= Messages || queue.MessageBytes + message.Length > Bytes);
}
