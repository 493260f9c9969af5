using Goim.Comet.Counters;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>
/// A part of the connections, with a thread of its own. Only that thread adds, removes and walks them, so it needs no lock for that, and
/// each connection gets its messages in the order in which they were read. The connections of one user are in one lane.
/// </summary>
internal sealed class Lane : IDisposable
{
    private readonly LaneInbox inbox = new();
    private readonly Queue<(Connection Connection, long EndsAt)> windows = new();
    private readonly HeldRecords held;
    private readonly CometCounters counters;
    private readonly Func<long, Lane> ownerOf;
    private readonly Action<SubKey> unknownKey;
    private readonly Sweep sweep;
    private readonly WriteLag lag;
    private readonly long window;
    private readonly Thread thread;
    private long now;

    /// <param name="shared">What the lanes of a comet share.</param>
    /// <param name="ownerOf">The lane of a user.</param>
    public Lane(LaneContext shared, Func<long, Lane> ownerOf)
    {
        this.ownerOf = ownerOf;
        counters = shared.Counters;
        unknownKey = shared.UnknownKey;
        Tickets = shared.Tickets;
        held = new HeldRecords(shared.Tickets, shared.Held, shared.Counters);
        window = (long)shared.Limits.MergeWindow.TotalMilliseconds;
        lag = new WriteLag(shared.Metrics, window);
        sweep = new Sweep(shared.HeartbeatTimeout);
        thread = new Thread(Run) { IsBackground = true, Name = "lane" };
    }

    public ConnectionTable Table { get; } = new();

    public ConnectTickets Tickets { get; }

    public void Start() => thread.Start();

    /// <summary>Gives the lane something to do.</summary>
    public void Post(LaneWork work) => inbox.Add(work);

    /// <summary>Gives the lane a record's message. Waits while the lane has many to deliver.</summary>
    public void PostMessage(LaneWork message, int bytes) => inbox.AddMessage(message, bytes);

    /// <summary>Whether the user's connections are in this lane.</summary>
    public bool Owns(long userId) => ownerOf(userId) == this;

    /// <summary>Delivers a message to a connection of this lane.</summary>
    public void Deliver(Connection connection, EncodedPacket message, bool ensure)
    {
        var delivered = connection.Outbox.Deliver(message, ensure, now);
        lag.Note(delivered);
        switch (delivered)
        {
            case Delivered.WindowOpened:
                windows.Enqueue((connection, now + window));
                break;
            case Delivered.Dropped or Delivered.Closed:
                counters.Dropped(message.Kind, 1);
                break;
            case Delivered.TooSlow:
                counters.Dropped(message.Kind, 1);
                connection.Close(Farewell.TooSlow);
                break;
        }
    }

    /// <summary>A record's message has been delivered to all its receivers in this lane.</summary>
    public void EndRecord(EncodedPacket message) => lag.EndRecord(message.RecordTime, now);

    /// <summary>Holds what a record has for a key that is not here, if a connect under way may bring the key.</summary>
    public void ApplyLater(SubKey key, in HeldRecord record, long upTo)
    {
        if (Tickets.OldestOpen <= upTo)
        {
            held.Hold(key, record, upTo);
        }
        else
        {
            unknownKey(key);
        }
    }

    /// <summary>Carries out what was held for the key of a connection.</summary>
    public void ApplyHeld(Connection connection)
    {
        foreach (var (message, change) in held.Take(connection.Key) ?? [])
        {
            if (message is not null)
            {
                Deliver(connection, message, ensure: true);
            }

            change?.Apply(this, connection);
        }
    }

    /// <summary>Ends the thread after what was posted before.</summary>
    public void Dispose()
    {
        inbox.Complete();
        if (thread.ThreadState != (ThreadState.Background | ThreadState.Unstarted))
        {
            thread.Join();
        }
    }

    private void Run()
    {
        while (inbox.Take(WaitMs()) is { } works)
        {
            now = Environment.TickCount64;
            foreach (var work in works)
            {
                work.Run(this);
                now = Environment.TickCount64;
                EndWindows();
            }

            EndWindows();
            sweep.Run(Table.All, now);
            while (held.TryForget(out var key))
            {
                unknownKey(key);
            }
        }
    }

    private void EndWindows()
    {
        while (windows.TryPeek(out var first) && first.EndsAt <= now)
        {
            windows.Dequeue();
            if (first.Connection.Outbox.EndWindow(now))
            {
                windows.Enqueue((first.Connection, now + window));
            }
        }

        lag.Measure(now);
    }

    // Whether connects have ended that held messages wait for is looked at again soon.
    private int WaitMs()
    {
        now = Environment.TickCount64;
        var wait = Math.Min(Math.Min(sweep.DueInMs(now), lag.DueInMs(now)), held.IsEmpty ? int.MaxValue : 10);
        return windows.TryPeek(out var first) ? (int)Math.Clamp(first.EndsAt - now, 0, wait) : wait;
    }
}
