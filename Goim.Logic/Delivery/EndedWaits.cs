namespace Goim.Logic.Delivery;

/// <summary>
/// Continues the callers whose records have been reported, some of them in one item of the thread pool: an item for each caller would wake
/// threads more often than there are reports.
/// </summary>
internal sealed class EndedWaits
{
    private readonly Lock gate = new();
    private Group? group;

    /// <summary>Adds a delivery, which <see cref="Continue"/> goes on with.</summary>
    public void Add(PendingDelivery delivery)
    {
        lock (gate)
        {
            group ??= new Group();
            if (group.Add(delivery))
            {
                Start();
            }
        }
    }

    /// <summary>Call it after the reports that have come together.</summary>
    public void Continue()
    {
        lock (gate)
        {
            if (group is not null)
            {
                Start();
            }
        }
    }

    private void Start()
    {
        ThreadPool.UnsafeQueueUserWorkItem(group!, preferLocal: false);
        group = null;
    }

    private sealed class Group : IThreadPoolWorkItem
    {
        // More would keep callers waiting while other threads are free.
        private const int Size = 16;

        private readonly PendingDelivery[] deliveries = new PendingDelivery[Size];
        private int count;

        /// <summary>True if the group is full.</summary>
        public bool Add(PendingDelivery delivery)
        {
            deliveries[count++] = delivery;
            return count == Size;
        }

        public void Execute()
        {
            foreach (var delivery in deliveries.AsSpan(0, count))
            {
                delivery.EndWait();
            }
        }
    }
}
