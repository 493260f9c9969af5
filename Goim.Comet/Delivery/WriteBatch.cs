using Goim.Comet.Wire;

namespace Goim.Comet.Delivery;

/// <summary>Takes packets from a queue and puts them together for one write.</summary>
internal static class WriteBatch
{
    /// <summary>Takes as many packets as fit, at least one, and returns the number of bytes.</summary>
    /// <param name="queue">Not empty. Its first packet fits.</param>
    /// <param name="isWebSocket">Whether the packets that follow each other become one WebSocket message.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="messages">The messages among the packets.</param>
    public static int Take(ref PacketQueue queue, bool isWebSocket, Span<byte> destination, out MessageCount messages)
    {
        messages = default;
        var end = 0;
        while (queue.Count > 0)
        {
            // A control frame is on its own, since it cannot be part of a message.
            var (count, length) = Fitting(queue, isWebSocket, destination.Length - end);
            if (count == 0)
            {
                break;
            }

            if (isWebSocket && queue.First.Kind != PacketKind.ControlFrame)
            {
                end += WebSocketFrame.WriteHeader(destination[end..], length);
            }

            for (var i = 0; i < count; i++)
            {
                var packet = queue.Dequeue();
                packet.Packet.Span.CopyTo(destination[end..]);
                end += packet.Length;
                messages.Add(packet);
            }
        }

        return end;
    }

    // How many packets from the first on fit as one WebSocket message, and their bytes without its header.
    private static (int Count, int Length) Fitting(in PacketQueue queue, bool isWebSocket, int room)
    {
        var (count, length) = (0, 0);
        while (count < queue.Count)
        {
            var packet = queue[count];
            var isFrame = packet.Kind == PacketKind.ControlFrame;
            var header = isWebSocket && !isFrame ? WebSocketFrame.HeaderLength(length + packet.Length) : 0;
            if ((isFrame && count > 0) || header + length + packet.Length > room)
            {
                break;
            }

            count++;
            length += packet.Length;
            if (isFrame)
            {
                break;
            }
        }

        return (count, length);
    }
}
