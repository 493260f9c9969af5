using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing.Nodes;

/// <summary>
/// How far a node's clock is from ours, as its response header <c>goim-time</c> says. No decision depends on it: it is reported, since a
/// clock that is wrong also spoils logs and tokens.
/// </summary>
/// <param name="node">Name of the node.</param>
/// <param name="logger">Gets a warning, once a minute, while the clocks differ by more than a second.</param>
internal sealed class NodeClock(string node, ILogger logger)
{
    private const long MaxSkewMs = 1_000;
    private const long CheckIntervalMs = 1_000;
    private const long WarningIntervalMs = 60_000;

    private long nextCheck;
    private long nextWarning;
    private long skewMs;

    /// <summary>The node's clock minus ours in ms, as last measured. 0 if they agree within the time that the call took.</summary>
    public long SkewMs => Volatile.Read(ref skewMs);

    /// <summary>Reads the response headers of a call. Measures at most once a second.</summary>
    /// <param name="headers">The response headers.</param>
    /// <param name="sentUnixMs">When the call was sent, by our clock.</param>
    public void Learn(Metadata headers, long sentUnixMs)
    {
        var now = Environment.TickCount64;
        if (now < Volatile.Read(ref nextCheck)
            || !long.TryParse(headers.GetValue("goim-time"), NumberStyles.None, CultureInfo.InvariantCulture, out var nodeUnixMs))
        {
            return;
        }

        Volatile.Write(ref nextCheck, now + CheckIntervalMs);
        var receivedUnixMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var skew = nodeUnixMs < sentUnixMs ? nodeUnixMs - sentUnixMs
            : nodeUnixMs > receivedUnixMs ? nodeUnixMs - receivedUnixMs
            : 0;
        Volatile.Write(ref skewMs, skew);
        if (Math.Abs(skew) > MaxSkewMs && now >= Volatile.Read(ref nextWarning))
        {
            Volatile.Write(ref nextWarning, now + WarningIntervalMs);
            logger.RouterNodeClockDiffers(node, skew);
        }
    }
}
