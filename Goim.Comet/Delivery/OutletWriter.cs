using System.Buffers;
using Goim.Comet.Counters;
using Goim.Comet.Wire;

namespace Goim.Comet.Delivery;

/// <summary>Writes packets to an outlet: at once what it takes, and the rest in the background. One write is under way at a time.</summary>
/// <param name="outlet">The outlet. Every member needs its lock.</param>
/// <param name="isWebSocket">Whether packets are in WebSocket messages.</param>
/// <param name="counters">Counts messages, writes and bytes.</param>
internal abstract class OutletWriter(Outlet outlet, bool isWebSocket, CometCounters counters)
{
    /// <summary>Most bytes of one write of several packets, and of one part of a longer packet.</summary>
    protected const int WriteBytes = 32 * 1024;

    private const int StalledMs = 10_000;

    private long lastProgress, acknowledged;

    /// <summary>Whether packets are in WebSocket messages.</summary>
    public bool IsWebSocket => isWebSocket;

    /// <summary>The outlet, whose lock guards the writer.</summary>
    protected Outlet Outlet => outlet;

    protected CometCounters Counters => counters;

    /// <summary>Whether a write is under way, because the outlet has not taken all of it.</summary>
    protected bool IsWriting { get; private set; }

    /// <summary>Whether something has been written that the outlet has not taken.</summary>
    public bool HasUnsent
    {
        get
        {
            lock (outlet)
            {
                return IsWriting;
            }
        }
    }

    /// <summary>Whether the client has taken nothing for 10 s although something is to be sent.</summary>
    public bool IsStalled(long now)
    {
        lock (outlet)
        {
            if (!IsWriting)
            {
                return false;
            }

            // The operating system has megabytes of its own to send. It takes no more before many of them are gone.
            if (outlet.Acknowledged != acknowledged)
            {
                NoteProgress(now);
            }

            return now - lastProgress > StalledMs;
        }
    }

    /// <summary>Sends a packet. No write may be under way.</summary>
    protected void SendOne(EncodedPacket packet, long now)
    {
        var messages = default(MessageCount);
        messages.Add(packet);
        Send(isWebSocket ? packet.Frame : packet.Packet, isShared: false, messages, now);
    }

    /// <summary>Sends as many packets of a queue as one write takes. No write may be under way.</summary>
    /// <param name="queue">Not empty. Its first packet fits into one write.</param>
    /// <param name="now">Environment.TickCount64.</param>
    protected void SendSeveral(ref PacketQueue queue, long now)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(WriteBytes);
        var length = WriteBatch.Take(ref queue, isWebSocket, buffer.AsSpan(0, WriteBytes), out var messages);
        Send(buffer.AsMemory(0, length), isShared: true, messages, now);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>A write that was under way has ended.</summary>
    protected abstract void Continue(long now);

    /// <summary>The connection is broken.</summary>
    protected abstract void Break();

    private void NoteProgress(long now) => (lastProgress, acknowledged) = (now, outlet.Acknowledged);

    // Shared memory is used for something else afterwards.
    private void Send(ReadOnlyMemory<byte> bytes, bool isShared, in MessageCount messages, long now)
    {
        var sent = outlet.TrySend(bytes.Span);
        if (sent < 0)
        {
            messages.Dropped(counters);
            Break();
            return;
        }

        counters.Sent(sent);
        if (sent < bytes.Length)
        {
            IsWriting = true;
            NoteProgress(now);
            _ = SendRestAsync(isShared ? bytes[sent..].ToArray() : bytes[sent..], messages);
        }
        else
        {
            messages.Written(counters);
        }
    }

    private async Task SendRestAsync(ReadOnlyMemory<byte> rest, MessageCount messages)
    {
        var isBroken = false;
        try
        {
            while (!rest.IsEmpty)
            {
                var part = rest[..Math.Min(rest.Length, WriteBytes)];
                await outlet.SendAsync(part);
                counters.Sent(part.Length);
                rest = rest[part.Length..];
                lock (outlet)
                {
                    NoteProgress(Environment.TickCount64);
                }
            }

            messages.Written(counters);
        }
        catch (IOException)
        {
            messages.Dropped(counters);
            isBroken = true;
        }

        lock (outlet)
        {
            IsWriting = false;
            if (isBroken)
            {
                Break();
            }
            else
            {
                Continue(Environment.TickCount64);
            }
        }
    }
}
