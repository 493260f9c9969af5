using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Logs the failed calls of one node, at all its addresses.</summary>
/// <param name="node">Name of the node.</param>
/// <param name="logger">Gets a warning for each failure. Refusals with a reason: once a second for each reason.</param>
internal sealed class NodeLog(string node, ILogger logger)
{
    private const long IntervalMs = 1_000;
    private readonly long[] nextRefusal = new long[Enum.GetValues<RefusalReason>().Length];

    public string Node => node;

    public ILogger Logger => logger;

    /// <summary>A call has failed, with <paramref name="detail"/> as the node's text.</summary>
    public void Failed(NodeFailure failure, string detail)
    {
        if (failure.Reason == RefusalReason.None || IsDue(ref nextRefusal[(int)failure.Reason]))
        {
            logger.RouterNodeFailed(node, failure.Status, detail);
        }
    }

    private static bool IsDue(ref long next)
    {
        var (now, due) = (Environment.TickCount64, Volatile.Read(ref next));
        return now >= due && Interlocked.CompareExchange(ref next, now + IntervalMs, due) == due;
    }
}
