using Goim.Comet.Counters;
using Goim.Comet.Wire;

namespace Goim.Comet.Delivery;

/// <summary>
/// What is sent to one connection, in order: messages, replies and the last packet. A message is sent at once if none was sent within the
/// merge window. Otherwise it waits, and all that waits is sent in one write: over WebSocket, as one message of several packets.
/// </summary>
/// <param name="outlet">The connection. Every member locks it, for the time of a write that does not block.</param>
/// <param name="isWebSocket">Whether packets are in WebSocket messages.</param>
/// <param name="limits">Limits of the queue.</param>
/// <param name="counters">Counts messages.</param>
internal sealed class Outbox(Outlet outlet, bool isWebSocket, OutboxLimits limits, CometCounters counters)
    : OutletWriter(outlet, isWebSocket, counters)
{
    private PacketQueue queue;
    private bool isWindowOpen, isClosing, isEnded;
    private ReplyWait replies;

    /// <summary>Whether the last packet has been given, or the connection has ended.</summary>
    public bool IsClosing => Volatile.Read(ref isClosing);

    /// <summary>Sends a message, or lets it wait.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ensure">Whether it must not be dropped.</param>
    /// <param name="now">Environment.TickCount64.</param>
    public Delivered Deliver(EncodedPacket message, bool ensure, long now)
    {
        lock (Outlet)
        {
            if (isClosing)
            {
                return Delivered.Closed;
            }

            if (!IsWriting && !isWindowOpen)
            {
                return DeliverNow(message, now);
            }

            if (limits.IsFull(queue, message))
            {
                // A connection that is not writing is not slow: the messages only wait for the end of the window.
                SendQueue(now);
                if (limits.IsFull(queue, message))
                {
                    return ensure ? Delivered.TooSlow : Delivered.Dropped;
                }
            }

            queue.Enqueue(message);
            return Delivered.Taken;
        }
    }

    /// <summary>Sends a packet that is no message, after what waits. It does not count for the limits of the queue.</summary>
    /// <param name="reply">The packet.</param>
    /// <param name="isLast">Whether no other reply follows at once.</param>
    public void Reply(EncodedPacket reply, bool isLast = true)
    {
        lock (Outlet)
        {
            if (isClosing)
            {
                return;
            }

            if (isLast && queue.Count == 0 && !IsWriting)
            {
                SendOne(reply, Environment.TickCount64);
                return;
            }

            queue.Enqueue(reply);
            if (isLast || ReplyWait.IsNeeded(queue.Replies))
            {
                SendQueue(Environment.TickCount64);
            }
        }
    }

    /// <summary>Completes when so few replies wait that the client may get the next one.</summary>
    public ValueTask RepliesSentAsync()
    {
        lock (Outlet)
        {
            return replies.UntilFewAsync(queue.Replies);
        }
    }

    /// <summary>Ends the merge window and sends what has waited. True if a new window begins with that.</summary>
    public bool EndWindow(long now)
    {
        lock (Outlet)
        {
            isWindowOpen = queue.Count > 0 && !IsWriting;
            SendQueue(now);
            return isWindowOpen;
        }
    }

    /// <summary>Sends a last packet, then ends the sending side. Nothing is taken any more. False if that was done before.</summary>
    /// <param name="last">The packet; null for none.</param>
    /// <param name="dropQueued">Whether messages that wait are dropped.</param>
    public bool Close(EncodedPacket? last, bool dropQueued)
    {
        lock (Outlet)
        {
            if (isClosing)
            {
                return false;
            }

            isClosing = true;
            if (dropQueued)
            {
                DropQueue();
            }

            if (last is not null)
            {
                queue.Enqueue(last);
            }

            if (IsWebSocket)
            {
                queue.Enqueue(EncodedPacket.CloseFrame);
            }

            SendQueue(Environment.TickCount64);
            return true;
        }
    }

    /// <summary>The connection has ended. What waits is dropped.</summary>
    public void End()
    {
        lock (Outlet)
        {
            (isClosing, isEnded) = (true, true);
            DropQueue();
        }
    }

    protected override void Continue(long now) => SendQueue(now);

    protected override void Break()
    {
        (isClosing, isEnded) = (true, true);
        DropQueue();
        Outlet.Abort();
    }

    private Delivered DeliverNow(EncodedPacket message, long now)
    {
        // Replies may wait for others.
        SendQueue(now);
        if (!IsWriting)
        {
            SendOne(message, now);
        }
        else
        {
            queue.Enqueue(message);
        }

        isWindowOpen = limits.MergeWindow > TimeSpan.Zero && !IsWriting;
        return isWindowOpen ? Delivered.WindowOpened : Delivered.Taken;
    }

    private void DropQueue()
    {
        queue.Drop(Counters);
        replies.Note(0);
    }

    private void SendQueue(long now)
    {
        while (queue.Count > 0 && !IsWriting)
        {
            if (queue.Count == 1 || queue.First.Frame.Length > WriteBytes)
            {
                SendOne(queue.Dequeue(), now);
            }
            else
            {
                SendSeveral(ref queue, now);
            }
        }

        replies.Note(queue.Replies);
        if (queue.Count == 0 && !IsWriting && isClosing && !isEnded)
        {
            isEnded = true;
            Outlet.EndSending();
        }
    }
}
