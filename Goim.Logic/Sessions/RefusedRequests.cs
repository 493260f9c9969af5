namespace Goim.Logic.Sessions;

/// <summary>
/// Requests that were refused lately, and whose sessions may still have to be deleted. A repeat must not be answered with such a session.
/// </summary>
internal sealed class RefusedRequests(TimeProvider time)
{
    /// <summary>Maximum number of requests. The oldest is forgotten first: the node refuses it once its deletion has arrived.</summary>
    private const int Max = 100_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);
    private readonly Lock gate = new();
    private readonly HashSet<string> requests = new(StringComparer.Ordinal);
    private readonly Queue<(string Request, long Refused)> byTime = new();

    public void Add(string request)
    {
        lock (gate)
        {
            Expire();
            if (requests.Add(request))
            {
                byTime.Enqueue((request, time.GetTimestamp()));
            }
        }
    }

    public bool Contains(string request)
    {
        lock (gate)
        {
            Expire();
            return requests.Contains(request);
        }
    }

    private void Expire()
    {
        while (byTime.TryPeek(out var oldest) && (byTime.Count >= Max || time.GetElapsedTime(oldest.Refused) > Lifetime))
        {
            byTime.Dequeue();
            requests.Remove(oldest.Request);
        }
    }
}
