using Goim.Comet.Wire;

namespace Goim.Comet.Delivery;

/// <summary>
/// Looks at each connection of a lane about once a second: closes those that are silent, take nothing, or whose token has expired, and
/// pings idle WebSockets.
/// </summary>
/// <param name="heartbeatTimeout">How long a connection may be silent.</param>
internal sealed class Sweep(TimeSpan heartbeatTimeout)
{
    /// <summary>Connections of one step. More connections are looked at in several steps, so that none delays a delivery.</summary>
    private const int StepSize = 10_000;

    private const int PeriodMs = 1_000;

    private readonly long timeoutMs = (long)heartbeatTimeout.TotalMilliseconds;
    private long dueAt = Environment.TickCount64 + PeriodMs;
    private int next;

    /// <summary>Milliseconds until the next step.</summary>
    public int DueInMs(long now) => (int)Math.Clamp(dueAt - now, 0, PeriodMs);

    /// <summary>Makes the next step if it is due.</summary>
    public void Run(ReadOnlySpan<Connection> connections, long now)
    {
        if (now < dueAt)
        {
            return;
        }

        next = next < connections.Length ? next : 0;
        var step = connections[next..Math.Min(next + StepSize, connections.Length)];
        foreach (var connection in step)
        {
            Check(connection, now);
        }

        next += step.Length;
        dueAt = now + (PeriodMs * Math.Max(1, step.Length) / Math.Max(1, connections.Length));
    }

    private void Check(Connection connection, long now)
    {
        var silent = now - connection.LastReceived;
        if (connection.Outbox.IsStalled(now))
        {
            connection.Abort(DisconnectCause.Stalled);
        }
        else if (silent > timeoutMs)
        {
            connection.Close(Farewell.NoHeartbeat);
        }
        else if (now >= connection.ExpiresAt)
        {
            connection.Close(Farewell.Expired);
        }
        else if (connection.Outbox.IsWebSocket && silent > timeoutMs / 2 && now - connection.LastPinged > timeoutMs / 4)
        {
            connection.LastPinged = now;
            connection.Outbox.Reply(EncodedPacket.PingFrame);
        }
    }
}
