using Goim.Comet.Delivery;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>The keys that have ended here lately, the last 100,000. Records for them still come for a while.</summary>
internal sealed class RecentKeys
{
    private const int Max = 100_000;
    private readonly Lock gate = new();
    private readonly HashSet<SubKey> keys = new(SubKeyComparer.Instance);
    private readonly Queue<SubKey> byAge = new();

    /// <summary>Adds a key. False if it is there.</summary>
    public bool Add(SubKey key)
    {
        lock (gate)
        {
            if (!keys.Add(key))
            {
                return false;
            }

            if (byAge.Count == Max)
            {
                keys.Remove(byAge.Dequeue());
            }

            byAge.Enqueue(key);
            return true;
        }
    }
}
