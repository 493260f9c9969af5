namespace Goim.Comet.Delivery;

/// <summary>What a lane has to do, in order. One thread takes it.</summary>
internal sealed class LaneInbox
{
    private const int MaxMessages = 1_000;
    private const long MaxBytes = 32 * 1024 * 1024;
    private readonly object gate = new();
    private List<LaneWork> added = [], taken = [];
    private int messages;
    private long bytes;
    private bool isTaking, isCompleted;

    public void Add(LaneWork work)
    {
        lock (gate)
        {
            added.Add(work);
            Wake();
        }
    }

    /// <summary>Adds a message. Waits while 1,000 messages or 32 MiB are there.</summary>
    public void AddMessage(LaneWork message, int length)
    {
        lock (gate)
        {
            while ((messages >= MaxMessages || (messages > 0 && bytes + length > MaxBytes)) && !isCompleted)
            {
                Monitor.Wait(gate);
            }

            messages++;
            bytes += length;
            added.Add(message);
            Wake();
        }
    }

    /// <summary>Takes all that is there, and waits if there is nothing. Null at the end. The list is used again by the next call.</summary>
    /// <param name="waitMs">Longest wait. Afterwards the list is empty.</param>
    public List<LaneWork>? Take(int waitMs)
    {
        taken.Clear();
        lock (gate)
        {
            if (added.Count == 0 && !isCompleted && waitMs > 0)
            {
                isTaking = true;
                Monitor.Wait(gate, waitMs);
                isTaking = false;
            }

            if (added.Count == 0 && isCompleted)
            {
                return null;
            }

            (added, taken) = (taken, added);
            if (messages > 0)
            {
                (messages, bytes) = (0, 0);
                Monitor.PulseAll(gate);
            }

            return taken;
        }
    }

    public void Complete()
    {
        lock (gate)
        {
            isCompleted = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Wake()
    {
        if (isTaking)
        {
            Monitor.PulseAll(gate);
        }
    }
}
