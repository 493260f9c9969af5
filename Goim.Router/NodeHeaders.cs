using System.Globalization;

namespace Goim.Router;

/// <summary>
/// The response headers of every call: <c>goim-store</c>, <c>goim-store-id</c>, <c>goim-time</c>, the node's clock in Unix ms, and
/// <c>goim-puts</c> while the store takes no puts.
/// </summary>
internal sealed class NodeHeaders(ISessions sessions, TimeProvider time)
{
    // Shared by the calls of one millisecond.
    private Time lastTime = new(0);

    public void AddTo(IHeaderDictionary headers)
    {
        headers["goim-store"] = sessions.Store;
        headers["goim-store-id"] = sessions.StoreId;
        headers["goim-time"] = TimeNow().Text;
        if (sessions.PutsRefused is { } reason)
        {
            headers["goim-puts"] = reason;
        }
    }

    private Time TimeNow()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return lastTime.UnixMs == now ? lastTime : lastTime = new Time(now);
    }

    private sealed record Time(long UnixMs)
    {
        public string Text { get; } = UnixMs.ToString(CultureInfo.InvariantCulture);
    }
}
