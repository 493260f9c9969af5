namespace Goim.Benchmarks.Load;

/// <summary>Requests that are written before the clock starts, so that while it runs a request costs no more than to send it.</summary>
internal sealed class RequestPool
{
    private const int MaxBytes = 64 * 1024 * 1024, MaxRequests = 200_000, MinRequests = 4;

    private readonly byte[][] requests;
    private int next = -1;

    /// <summary>As many as fit into 64 MB, 200,000 at most, and four at least.</summary>
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

    /// <summary>The next one, and after the last one the first again.</summary>
    public byte[] Next() => requests[(uint)Interlocked.Increment(ref next) % (uint)requests.Length];
}
