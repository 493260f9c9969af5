using System.Buffers;
using Goim.Comet.Counters;
using Goim.Comet.Wire;

namespace Goim.Comet.Delivery;

/// <summary>
/// What is sent to one connection, in order: messages, replies and the last packet. A message is sent at once if none was sent within the
/// merge window. Otherwise it waits, and all that waits is sent in one write: over WebSocket, as one message of several packets.
/// </summary>
/// <param name="outlet">The connection. Every member locks it, for the time of a write that does not block.</param>
/// <param name="isWebSocket">Whether packets are in WebSocket messages.</param>
/// <param name="limits">The limits of the queue.</param>
/// <param name="counters">Counts deliveries and drops.</param>
internal sealed class Outbox(Outlet outlet, bool isWebSocket, OutboxLimits limits, CometCounters counters)
{
    /// <summary>Most bytes of one write of several packets, and of one part of a longer packet.</summary>
    private const int WriteBytes = 32 * 1024;

    /// <summary>Replies that may wait while the client takes nothing. Until they are fewer, the client's packets are not read.</summary>
    private const int MaxReplies = 64;

    private PacketQueue queue;
    private bool isWindowOpen;
    private bool isWriting;
    private bool isClosing;
    private bool isEnded;
    private long lastProgress;
    private TaskCompletionSource? repliesSent;

    /// <summary>Whether packets are in WebSocket messages.</summary>
    public bool IsWebSocket => isWebSocket;

    /// <summary>Whether the last packet has been given, or the connection has ended.</summary>
    public bool IsClosing => Volatile.Read(ref isClosing);

    /// <summary>Sends a message, or lets it wait.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ensure">Whether it must not be dropped.</param>
    /// <param name="now">Environment.TickCount64.</param>
    public Delivered Deliver(EncodedPacket message, bool ensure, long now)
    {
        lock (outlet)
        {
            if (isClosing)
            {
                return Delivered.Closed;
            }

            if (queue.Count == 0 && !isWriting && !isWindowOpen)
            {
                SendOne(message, now);
                isWindowOpen = limits.MergeWindow > TimeSpan.Zero && !isWriting;
                return isWindowOpen ? Delivered.WindowOpened : Delivered.Taken;
            }

            if (IsFull(message))
            {
                // A connection that is not writing is not slow: the messages only wait for the end of the window.
                SendQueue(now);
                if (IsFull(message))
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
    /// <param name="isLast">Whether no other reply follows at once, so that it cannot wait for one.</param>
    public void Reply(EncodedPacket reply, bool isLast = true)
    {
        lock (outlet)
        {
            if (isClosing)
            {
                return;
            }

            if (isLast && queue.Count == 0 && !isWriting)
            {
                SendOne(reply, Environment.TickCount64);
                return;
            }

            queue.Enqueue(reply);
            if (isLast || queue.Replies >= MaxReplies)
            {
                SendQueue(Environment.TickCount64);
            }
        }
    }

    /// <summary>Completes when so few replies wait that the next packet of the client may be answered.</summary>
    public ValueTask RepliesSentAsync()
    {
        lock (outlet)
        {
            return queue.Replies < MaxReplies || isEnded
                ? ValueTask.CompletedTask
                : new ValueTask((repliesSent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        }
    }

    /// <summary>Ends the merge window and sends what has waited. True if a new window begins with that.</summary>
    public bool EndWindow(long now)
    {
        lock (outlet)
        {
            isWindowOpen = queue.Count > 0 && !isWriting;
            SendQueue(now);
            return isWindowOpen;
        }
    }

    /// <summary>How long the client has taken nothing although something is to be sent, in ms. 0 if nothing is.</summary>
    public long StalledMs(long now)
    {
        lock (outlet)
        {
            return isWriting ? now - lastProgress : 0;
        }
    }

    /// <summary>Sends a last packet, then ends the sending side. Nothing is taken any more. False if that was done before.</summary>
    /// <param name="last">The packet; null for none.</param>
    /// <param name="dropQueued">Whether messages that wait are dropped.</param>
    public bool Close(EncodedPacket? last, bool dropQueued)
    {
        lock (outlet)
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

            if (isWebSocket)
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
        lock (outlet)
        {
            (isClosing, isEnded) = (true, true);
            DropQueue();
        }
    }

    private bool IsFull(EncodedPacket message) => queue.Messages > 0
        && (queue.Messages >= limits.Messages || queue.MessageBytes + message.Length > limits.Bytes);

    private void DropQueue()
    {
        while (queue.Count > 0)
        {
            var packet = queue.Dequeue();
            if (packet.IsMessage)
            {
                counters.Dropped(packet.Kind, 1);
            }
        }

        queue = default;
        repliesSent?.TrySetResult();
    }

    private void SendQueue(long now)
    {
        while (queue.Count > 0 && !isWriting)
        {
            if (queue.Count == 1 || queue.First.Frame.Length > WriteBytes)
            {
                SendOne(queue.Dequeue(), now);
            }
            else
            {
                var buffer = ArrayPool<byte>.Shared.Rent(WriteBytes);
                var length = WriteBatch.Take(ref queue, isWebSocket, buffer.AsSpan(0, WriteBytes), counters);
                Send(buffer.AsMemory(0, length), isShared: true, now);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        if (queue.Replies < MaxReplies)
        {
            repliesSent?.TrySetResult();
            repliesSent = null;
        }

        if (queue.Count == 0 && !isWriting && isClosing && !isEnded)
        {
            isEnded = true;
            outlet.EndSending();
        }
    }

    private void SendOne(EncodedPacket packet, long now)
    {
        if (packet.IsMessage)
        {
            counters.Delivered(packet.Kind, 1);
        }

        Send(isWebSocket ? packet.Frame : packet.Packet, isShared: false, now);
    }

    /// <param name="bytes">What to send.</param>
    /// <param name="isShared">Whether the memory is used for something else afterwards.</param>
    /// <param name="now">Environment.TickCount64.</param>
    private void Send(ReadOnlyMemory<byte> bytes, bool isShared, long now)
    {
        var sent = outlet.TrySend(bytes.Span);
        if (sent < 0)
        {
            Break();
        }
        else if (sent < bytes.Length)
        {
            (isWriting, lastProgress) = (true, now);
            _ = SendRestAsync(isShared ? bytes[sent..].ToArray() : bytes[sent..]);
        }
    }

    private async Task SendRestAsync(ReadOnlyMemory<byte> rest)
    {
        try
        {
            while (!rest.IsEmpty)
            {
                var part = rest[..Math.Min(rest.Length, WriteBytes)];
                await outlet.SendAsync(part);
                rest = rest[part.Length..];
                Volatile.Write(ref lastProgress, Environment.TickCount64);
            }
        }
        catch (IOException)
        {
            lock (outlet)
            {
                isWriting = false;
                Break();
            }

            return;
        }

        lock (outlet)
        {
            isWriting = false;
            SendQueue(Environment.TickCount64);
        }
    }

    private void Break()
    {
        (isClosing, isEnded) = (true, true);
        DropQueue();
        outlet.Abort();
    }
}
