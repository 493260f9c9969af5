namespace Goim.Benchmarks.Load;

/// <summary>Requests that are written before the run, so that a request costs no more than sending it.</summary>
internal sealed class RequestPool
{
    private const int MaxBytes = 64 * 1024 * 1024, MaxRequests = 200_000, MinRequests = 4;

    private readonly byte[][] requests;
    private int last = -1;

    /// <summary>Writes as many requests as fit into 64 MB, but at least 4 and at most 200,000.</summary>
    public RequestPool(LoadShape shape, Population population, Uri url)
    {
        var writer = new RequestWriter(shape, population, url);
        var first = writer.Write();
        requests = new byte[writer.IsFixed ? 1 : Math.Clamp(MaxBytes / first.Length, MinRequests, MaxRequests)][];
        requests[0] = first;
        for (var i = 1; i < requests.Length; i++)
        {
            requests[i] = writer.Write();
        }
    }

    /// <summary>The next request. After the last one, starts again with the first. Thread-safe.</summary>
    public byte[] Next() => requests[(uint)Interlocked.Increment(ref last) % (uint)requests.Length];
}
